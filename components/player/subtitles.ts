import { createStore } from '@/lib/client/store';
import { viewerStorage } from './state';
import { rememberedSubtitle, rememberSubtitle, subtitleToShow } from './tracks';
import type { PlayerState, SubtitleFile } from './types';

/** iPhones show the film by themselves when it fills the screen. */
const NATIVE_BEGINS = 'webkitbeginfullscreen';
const NATIVE_ENDS = 'webkitendfullscreen';

const LOST = 'The subtitles could not be loaded. Choose them again to try once more.';

type Ports = {
  state: () => PlayerState;
  patch: (change: Partial<PlayerState>) => void;
  /** Tells the viewer while the picture plays on. */
  say: (sentence: string) => void;
};

/** The subtitles of a video as tracks of its element: the browser reads and times them, we draw them. */
export class Subtitles {
  /** What is to be read now. */
  readonly cues = createStore<readonly VTTCue[]>([]);
  readonly #video: HTMLVideoElement;
  readonly #ports: Ports;
  readonly #storage = viewerStorage();
  #elements = new Map<string, HTMLTrackElement>();
  #shown: string | null = null;

  constructor(video: HTMLVideoElement, ports: Ports) {
    this.#video = video;
    this.#ports = ports;
    video.addEventListener(NATIVE_BEGINS, () => this.#setMode('showing'));
    video.addEventListener(NATIVE_ENDS, () => this.#setMode('hidden'));
  }

  /** Those of another video: off, or as the viewer had them last. */
  open(files: readonly SubtitleFile[]): void {
    this.#drop(() => true);
    this.offer(files);
    this.#show(rememberedSubtitle(files, this.#storage));
  }

  /** These are there now. Files that are known stay; of those that were not read yet the address is renewed. */
  offer(files: readonly SubtitleFile[]): void {
    this.#drop((id) => !files.some((file) => file.id === id));
    for (const file of files) {
      const known = this.#elements.get(file.id);
      if (!known) this.#add(file);
      else if (known.readyState !== HTMLTrackElement.LOADED && file.id !== this.#shown) known.src = file.src;
    }
    const subtitles = files.map(({ id, label, language }) => ({ id, label, language }));
    this.#ports.patch({ subtitles });
    if (this.#shown !== null && !this.#elements.has(this.#shown)) this.#show(null);
  }

  /** The viewer chose; null = none. */
  choose(id: string | null): void {
    if (id !== null && !this.#elements.has(id)) return;
    rememberSubtitle(this.#ports.state().subtitles, id, this.#storage);
    this.#show(id);
  }

  toggle(): void {
    const { subtitles } = this.#ports.state();
    if (subtitles.length > 0)
      this.choose(this.#shown === null ? subtitleToShow(subtitles, this.#storage) : null);
  }

  dispose(): void {
    this.#drop(() => true);
  }

  #show(id: string | null): void {
    this.#setMode('disabled');
    this.#shown = id;
    this.#setMode('hidden');
    this.#read();
    this.#ports.patch({ subtitle: id });
  }

  #drop(isGone: (id: string) => boolean): void {
    for (const [id, element] of this.#elements) {
      if (!isGone(id)) continue;
      element.remove();
      this.#elements.delete(id);
    }
  }

  #add({ id, label, language, src }: SubtitleFile): void {
    const element = document.createElement('track');
    element.kind = 'subtitles';
    element.label = label;
    if (language !== null) element.srclang = language;
    element.src = src;
    element.addEventListener('error', () => this.#onLost(id, element));
    element.addEventListener('load', () => this.#read());
    this.#elements.set(id, element);
    this.#video.append(element);
    element.track.mode = 'disabled';
    element.track.addEventListener('cuechange', () => this.#read());
  }

  /** A file that could not be read is asked for anew when it is chosen again. */
  #onLost(id: string, element: HTMLTrackElement): void {
    if (this.#elements.get(id) !== element || this.#shown !== id) return;
    this.#show(null);
    const again = element.src;
    element.removeAttribute('src');
    element.src = again;
    this.#ports.say(LOST);
  }

  get #track(): TextTrack | null {
    return this.#shown === null ? null : (this.#elements.get(this.#shown)?.track ?? null);
  }

  #setMode(mode: TextTrackMode): void {
    const track = this.#track;
    if (track) track.mode = mode;
  }

  #read(): void {
    const active = [...(this.#track?.activeCues ?? [])];
    this.cues.set(active.filter((cue): cue is VTTCue => cue instanceof VTTCue));
  }
}
