import type { ServerResponse } from 'node:http';
import type { Role } from '../../lib/contract/roles.ts';
import { roleAtLeast } from '../../lib/contract/roles.ts';
import type { StreamsStatus } from '../../lib/contract/streams.ts';
import type { Overview } from '../../lib/contract/system.ts';
import type { Video } from '../../lib/contract/videos.ts';
import type { Events } from '../core/events.ts';
import type { Log } from '../core/log.ts';
import type { Caller, Routes } from './frame.ts';

type Ports = {
  events: Events;
  log: Log;
  overview(): Promise<Overview>;
  streams(): StreamsStatus;
  /** The video as this caller may see it; null when he may not. */
  video(id: string, caller: Caller): Promise<Video | null>;
};

type Listener = { caller: Caller; res: ServerResponse };

const TICK_MS = 2_000;
const VIDEO_PAUSE_MS = 400;
const MOST_BUFFERED_BYTES = 1_000_000;

/** Live values for browsers as server-sent events (WHATWG HTML §9.2); one tick for all listeners. */
export class EventStream {
  readonly #ports: Ports;
  readonly #listeners = new Set<Listener>();
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  readonly #off: (() => void)[];
  #tick: NodeJS.Timeout | undefined;

  constructor(ports: Ports) {
    this.#ports = ports;
    const changed = ({ videoId }: { videoId: string }) => this.#videoSoon(videoId);
    this.#off = [
      ports.events.on('video.state', changed),
      ports.events.on('video.progress', changed),
      ports.events.on('video.changed', changed),
      ports.events.on('video.removed', ({ videoId }) =>
        this.#send('video-removed', { id: videoId }, 'viewer'),
      ),
      ports.events.on('catalog.changed', () => this.#send('channels', { changed: true }, 'viewer')),
      ports.events.on('stream.state', () => this.#send('streams', ports.streams(), 'editor')),
      ports.events.on('peers.missed', () => this.#reconnect()),
      ports.events.on('stream.switched', (change) => this.#send('stream-switched', change, 'editor')),
    ];
  }

  add(caller: Caller, res: ServerResponse): void {
    res.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
      Connection: 'keep-alive',
    });
    res.write('retry: 2000\n\n');
    const listener = { caller, res };
    this.#listeners.add(listener);
    res.on('close', () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) clearInterval(this.#tick);
    });
    if (this.#listeners.size === 1) this.#tick = setInterval(() => void this.#beat(), TICK_MS);
    void this.#beat();
  }

  close(): void {
    for (const off of this.#off) off();
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#reconnect();
  }

  /** Browsers connect again by themselves, and then read everything anew. */
  #reconnect(): void {
    clearInterval(this.#tick);
    for (const { res } of this.#listeners) res.end();
    this.#listeners.clear();
  }

  /** Many changes of one video within a moment become one event. */
  #videoSoon(videoId: string): void {
    if (this.#waiting.has(videoId) || this.#listeners.size === 0) return;
    const timer = setTimeout(() => {
      this.#waiting.delete(videoId);
      void this.#sendVideo(videoId);
    }, VIDEO_PAUSE_MS);
    this.#waiting.set(videoId, timer);
  }

  async #sendVideo(videoId: string): Promise<void> {
    for (const listener of this.#listeners) {
      const video = await this.#ports.video(videoId, listener.caller).catch(() => null); // deleted meanwhile
      if (video) write(listener.res, 'video', video);
    }
  }

  async #beat(): Promise<void> {
    try {
      const overview = await this.#ports.overview();
      this.#send('overview', overview, 'editor');
      this.#send('streams', this.#ports.streams(), 'editor');
      this.#send('beat', {}, 'viewer');
    } catch (error) {
      this.#ports.log.warn({ error: String(error) }, 'the live values could not be read');
    }
  }

  #send(name: string, data: unknown, needed: Role): void {
    for (const { caller, res } of this.#listeners)
      if (roleAtLeast(caller.role, needed)) write(res, name, data);
  }
}

/** A listener that does not read is ended; the browser connects again by itself. */
function write(res: ServerResponse, name: string, data: unknown): void {
  if (res.writableLength > MOST_BUFFERED_BYTES) return void res.destroy();
  res.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}

export const eventRoutes =
  (stream: EventStream): Routes =>
  (api) => {
    api.get(
      '/api/v1/events',
      {
        config: { access: 'viewer' },
        schema: {
          tags: ['Station'],
          summary:
            'Live values as server-sent events: overview, streams, stream-switched, video, video-removed, channels',
        },
      },
      (request, reply) => {
        reply.hijack();
        stream.add(request.caller, reply.raw);
      },
    );
  };
