import type { CorePlayer } from 'video.js/core.es.js';
import type { PlayerState } from './types';

type Ports = {
  state: () => PlayerState;
  patch: (change: Partial<PlayerState>) => void;
  /** Everything from the beginning, after the player had given up. */
  again: () => void;
};

/** Play and pause, and what browsers allow of it. */
export class Starter {
  readonly #player: CorePlayer;
  readonly #ports: Ports;
  /** Whether what is opened next is to play by itself. */
  wanted: boolean;

  constructor(player: CorePlayer, wanted: boolean, ports: Ports) {
    this.#player = player;
    this.wanted = wanted;
    this.#ports = ports;
  }

  play(): void {
    this.wanted = true;
    const { phase } = this.#ports.state();
    if (phase === 'failed') this.#ports.again();
    else if (phase !== 'empty') this.#player.play()?.catch((cause: unknown) => this.#onRefused(cause));
  }

  pause(): void {
    this.wanted = false;
    this.#player.pause();
  }

  toggle(): void {
    if (this.#player.paused() || this.#player.ended()) this.play();
    else this.pause();
  }

  /** Sound that the browser refused is tried again: choosing this source may have been the touch it waited for. */
  soundForNext(): Pick<PlayerState, 'volume' | 'muted'> {
    const { volume, muted, mutedByBrowser } = this.#ports.state();
    if (mutedByBrowser) this.#player.muted(false);
    return { volume, muted: muted && !mutedByBrowser };
  }

  /** Browsers refuse sound before the first touch: the picture starts silent and the viewer is told. */
  #onRefused(cause: unknown): void {
    const refused = cause instanceof DOMException && cause.name === 'NotAllowedError';
    if (!refused || this.#player.isDisposed()) return;
    const stay = (): void => {
      this.wanted = false;
      this.#ports.patch({ phase: 'paused' });
    };
    if (this.#player.muted()) {
      stay();
      return;
    }
    this.#player.muted(true);
    this.#ports.patch({ mutedByBrowser: true });
    this.#player.play()?.catch(stay);
  }
}
