/** What a snippet says: which channel, from where. */
export type EmbeddedPlayer = { num: number; name: string; origin: string; hlsUrl: string };

/** Where this server has hls.js for other pages. */
const EMBED_SCRIPT = '/embed/hls.min.js';

/**
 * A player for any web page: a video element, hls.js from this server, and a script that starts it, tries again after
 * a pause, and stops asking when the link has ended. Safari plays HLS by itself.
 */
export function embedHtml({ num, name, origin, hlsUrl }: EmbeddedPlayer): string {
  const id = `siaran-${num}`;
  return `<video id="${id}" title="${escaped(name)}" controls muted autoplay playsinline style="width:100%;aspect-ratio:16/9;background:#000"></video>
<script src="${escaped(origin)}${EMBED_SCRIPT}"></script>
<script>
(function () {
  var video = document.getElementById(${inScript(id)});
  var address = ${inScript(hlsUrl)};
  if (!window.Hls || !Hls.isSupported()) { video.src = address; return; }
  var hls = new Hls();
  hls.on(Hls.Events.ERROR, function (event, data) {
    if (!data.fatal) return;
    if (data.response && data.response.code === 403) return hls.destroy();
    if (data.type === Hls.ErrorTypes.MEDIA_ERROR) return hls.recoverMediaError();
    setTimeout(function () { hls.loadSource(address); }, 3000);
  });
  hls.loadSource(address);
  hls.attachMedia(video);
})();
</script>
`;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');

/** A string literal that cannot end the script it stands in. */
const inScript = (text: string): string => JSON.stringify(text).replace(/</g, '\\u003c');
