import type Hls from 'hls.js/light';
import { Events } from 'hls.js/light';
import { rememberedSound, rememberSound, soundLabels } from './tracks';
import type { Track } from './types';

type Hooks = {
  /** The tracks to choose from, none where there is only one, and the one that is heard. */
  onSounds: (tracks: readonly Track[], current: string | null) => void;
};

/** The sound tracks of an HLS source. They are known by their place in the list, and remembered by language. */
export class HlsSounds {
  readonly #hls: Hls;
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>;
  readonly #hooks: Hooks;
  #begun = false;

  constructor(hls: Hls, storage: Pick<Storage, 'getItem' | 'setItem'>, hooks: Hooks) {
    this.#hls = hls;
    this.#storage = storage;
    this.#hooks = hooks;
    hls.on(Events.AUDIO_TRACKS_UPDATED, () => this.#onList());
    hls.on(Events.AUDIO_TRACK_SWITCHING, () => this.#tell());
    hls.on(Events.AUDIO_TRACK_SWITCHED, () => this.#tell());
  }

  choose(id: string): void {
    const track = this.#tracks().find((one) => one.id === id);
    if (!track) return;
    rememberSound(track, this.#storage);
    this.#hls.audioTrack = Number(id);
  }

  #tracks(): Track[] {
    const languages = this.#hls.audioTracks.map(({ lang }) => lang ?? null);
    const labels = soundLabels(languages);
    const tracks = languages.map((language, index) => ({
      id: String(index),
      label: labels[index] ?? '',
      language,
    }));
    return tracks.length > 1 ? tracks : [];
  }

  #onList(): void {
    const remembered = this.#begun ? null : rememberedSound(this.#tracks(), this.#storage);
    this.#begun = true;
    if (remembered) this.#hls.audioTrack = Number(remembered.id);
    this.#tell();
  }

  #tell(): void {
    const tracks = this.#tracks();
    const { audioTrack } = this.#hls;
    this.#hooks.onSounds(tracks, tracks.length > 0 && audioTrack >= 0 ? String(audioTrack) : null);
  }
}
