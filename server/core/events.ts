import { EventEmitter } from 'node:events';
import type { LiveState } from '../../lib/contract/channels.ts';
import type { VideoProgress, VideoState } from '../../lib/contract/videos.ts';

/** Everything that happens, in one map: it feeds the live pages, the log of events and the metrics. */
export type ServerEvents = {
  /** A channel's stream moved to another state. */
  'stream.state': { channelId: string; name: string; from: LiveState; to: LiveState; reason: string };
  /** A channel's stream went from one source to another. */
  'stream.switched': {
    channelId: string;
    name: string;
    fromPosition: number;
    toPosition: number;
    reason: string;
  };
  /** A source failed, named by its position and the code of the catalogue. */
  'stream.source-failed': {
    channelId: string;
    name: string;
    position: number;
    code: string;
    message: string;
  };
  /** A video moved to another state. */
  'video.state': { videoId: string; from: VideoState | null; to: VideoState };
  /** A video's numbers moved; throttled. */
  'video.progress': { videoId: string; progress: VideoProgress };
  /** A video's title, thumbnail or qualities changed. */
  'video.changed': { videoId: string };
  'video.removed': { videoId: string };
  /** A piece of a video was begun, or came to its end, well or not. */
  'video.piece': { videoId: string };
  /** Channels were added, changed or removed. */
  'catalog.changed': { reason: string };
  /** A user, token or line was changed so that caches of access have to be dropped. */
  'access.changed': { kind: 'user' | 'token' | 'line' | 'session'; id: string };
  'settings.changed': { keys: string[] };
  /** Something was put into this queue; whoever works on it may look at once. */
  'work.waiting': { queue: string };
  /** A job that runs in another process is to be ended; that one answers with `work.ended`. */
  'work.cancelled': { jobId: string };
  'work.ended': { jobId: string };
  /** A viewer waits for what a process is making (`teller`), or none does any more: batches of its machine stand still. */
  'work.urgent': { machine: string; teller: string; waiting: boolean };
  /** Events of other processes were missed: what was remembered by them has to be read again. */
  'peers.missed': Record<string, never>;
};

export type EventName = keyof ServerEvents;

export class Events {
  readonly #emitter = new EventEmitter({ captureRejections: false }).setMaxListeners(200);

  emit<N extends EventName>(name: N, payload: ServerEvents[N]): void {
    this.#emitter.emit(name, payload);
    this.#emitter.emit('*', name, payload);
  }

  /** Listens to one event; the answer stops listening. */
  on<N extends EventName>(name: N, listener: (payload: ServerEvents[N]) => void): () => void {
    this.#emitter.on(name, listener);
    return () => this.#emitter.off(name, listener);
  }

  /** Listens to all events; the answer stops listening. */
  onAny(listener: <N extends EventName>(name: N, payload: ServerEvents[N]) => void): () => void {
    this.#emitter.on('*', listener);
    return () => this.#emitter.off('*', listener);
  }
}
