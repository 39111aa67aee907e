import { ERRORS } from '../../lib/contract/errors.ts';

/** Names that only videos and sound have; for some of them browsers know no type, or a wrong one (.ts). */
const MEDIA =
  /\.(?:3g2|3gp|asf|avi|divx|dv|f4v|flv|m1v|m2ts|m2v|m4v|mkv|mov|mp4|mpe?g|mpv|mts|mxf|ogm|ogv|rm|rmvb|ts|vob|webm|wmv)$/i;
const PLAYLIST = /\.(?:m3u8?|pls|xspf|mpd|ism)$/i;
const OTHER =
  /\.(?:7z|apk|ass|bat|bmp|bz2|css|csv|db|dll|dmg|docx?|epub|exe|gif|gz|heic|html?|ico|idx|ini|iso|jar|jpe?g|js|json|lnk|log|md|md5|msi|nfo|odt|pdf|php|png|pptx?|psd|py|rar|rtf|sfv|sh|srt|ssa|svg|sub|tar|tgz|tiff?|torrent|ttf|txt|url|vtt|webp|woff2?|xlsx?|xml|xz|ya?ml|zip)$/i;
const OTHER_TYPE = /^(?:image|text|font|model)\/|^application\/(?:json|pdf|zip|gzip|xml|msword|vnd\.openxml)/;

export const NO_VIDEO = 'By its name this file is no video, so nothing was sent. Choose a video instead.';

/** Why a file is not even begun; null for one that may be a video, which only the server can say for sure. */
export const refusalOfFile = ({ name, type, size }: Pick<File, 'name' | 'type' | 'size'>): string | null => {
  if (PLAYLIST.test(name)) return ERRORS.MEDIA_PLAYLIST.message;
  if (!MEDIA.test(name) && (OTHER.test(name) || OTHER_TYPE.test(type))) return NO_VIDEO;
  return size === 0 ? ERRORS.MEDIA_EMPTY.message : null;
};

const MOST_NAMES = 5;

/** "Left out, they cannot be videos: cover.jpg, notes.txt, … and 12 more." */
export const skippedSentence = (names: readonly string[]): string => {
  const more = names.length - MOST_NAMES;
  const listed = names.slice(0, MOST_NAMES).join(', ');
  return `Left out, they cannot be videos: ${listed}${more > 0 ? ` and ${more.toLocaleString('en')} more` : ''}.`;
};
