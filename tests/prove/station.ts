import { statSync } from 'node:fs';
import type { Job, Video } from '../../lib/contract/videos.ts';
import { Client } from '../support/client.ts';
import { childrenOf, METRICS_TOKEN, segmentsOf } from '../support/segments.ts';
import { newDataDir, type RunningServer, removeDataDir, startServer } from '../support/server.ts';
import { createUpload } from '../support/tus.ts';
import { until } from '../support/until.ts';
import { uploadFile } from '../support/upload.ts';
import { ffmpegsOf, postmastersOf } from './processes.ts';

const ORPHAN_LIMIT_MS = 5_000;
const UPLOAD_LIMIT_MS = 5_000;
const env = { METRICS_TOKEN, HLS_SEGMENT_DURATION: '2' };

/** A server that is killed and started again on one data folder, with what has to hold after each time. */
export class Station {
  readonly dataDir = newDataDir();
  readonly restartsMs: number[] = [];
  readonly orphansMs: number[] = [];
  #server: RunningServer | null = null;
  #client: Client | null = null;

  get server(): RunningServer {
    return this.#server!;
  }

  get client(): Client {
    return this.#client!;
  }

  async start(): Promise<void> {
    const port = this.#server?.port ?? 0;
    this.#server = await startServer({ dataDir: this.dataDir, env, port, pages: false });
    this.#client ??= await new Client(this.server.base).signIn();
  }

  /**
   * kill -9, a start, and what has to be true then: no ffmpeg of the old server, one PostgreSQL, uploads go. Answers the
   * segments of a video that were there while nothing ran.
   */
  async killAndStart(videoId: string): Promise<Map<string, string>> {
    const children = childrenOf(this.dataDir, this.server.pid);
    await this.server.kill();
    const killedAt = performance.now();
    const isGone = () => ffmpegsOf(this.dataDir).every(({ pid }) => !children.includes(pid));
    await until('the ffmpegs of the killed server are gone', isGone, ORPHAN_LIMIT_MS);
    this.orphansMs.push(performance.now() - killedAt);
    const left = this.segments(videoId);
    const startedAt = performance.now();
    await this.start();
    await this.checkRunning();
    this.restartsMs.push(performance.now() - startedAt);
    return left;
  }

  async checkRunning(): Promise<void> {
    const readyAt = performance.now();
    const { location } = await createUpload(this.client, 'probe.mp4', 10);
    await this.client.raw(location, { method: 'DELETE', headers: { 'Tus-Resumable': '1.0.0' } });
    if (performance.now() - readyAt > UPLOAD_LIMIT_MS) throw new Error('uploads were not taken within 5 s');
    const servers = postmastersOf(this.dataDir).length;
    if (servers !== 1) throw new Error(`${servers} PostgreSQL servers run`);
  }

  upload(file: string): Promise<string> {
    if (statSync(file).size === 0) throw new Error('the clip is empty');
    return uploadFile(this.client, file);
  }

  async video(id: string): Promise<Video> {
    const { body } = await this.client.get<Video>(`/api/v1/videos/${id}`);
    if (body.state === 'failed') throw new Error(`it failed: ${body.error?.code} ${body.error?.message}`);
    return body;
  }

  async jobs(id: string): Promise<Job[]> {
    return (await this.client.get<{ items: Job[] }>(`/api/v1/jobs?limit=100&videoId=${id}`)).body.items;
  }

  segments(id: string): Map<string, string> {
    return segmentsOf(this.dataDir, id);
  }

  async end(): Promise<void> {
    if ((await this.server.stop()) !== 0) throw new Error('the server did not end with 0');
    if (postmastersOf(this.dataDir).length + ffmpegsOf(this.dataDir).length > 0)
      throw new Error('something still runs after the stop');
    removeDataDir(this.dataDir);
  }
}

/** Throws when a segment of `before` is gone or was made again. */
export function sameSegments(before: Map<string, string>, after: Map<string, string>): void {
  for (const [name, mark] of before)
    if (after.get(name) !== mark) throw new Error(`${name} was made again: ${mark}, now ${after.get(name)}`);
}
