import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from '@tus/server';
import type { Page } from '../../lib/contract/common.ts';
import type { Upload } from '../../lib/contract/videos.ts';
import { AppError, messageOf } from '../core/errors.ts';
import { isUuid, newId } from '../core/ids.ts';
import {
  answerStored,
  checkPatch,
  dropForwarded,
  expiresAt,
  idOf,
  uploadCors,
  watchIdle,
} from './answers.ts';
import { UploadStore } from './file-store.ts';
import { finishUpload, uploadKey } from './finish.ts';
import type { IngestPorts, Uploader } from './ports.ts';
import {
  answerRefusal,
  BODY_TYPE,
  type Checksum,
  EXTENSIONS,
  readChecksum,
  readLength,
  readMetadata,
  refusalOf,
  TUS_VERSION,
  TusRefusal,
  titleOf,
} from './protocol.ts';
import { createRows, type NewUpload, type Rows, type UploadListQuery, type UploadRow } from './rows.ts';
import { sweepUploads } from './sweep.ts';
import { createTusServer } from './tus-server.ts';

export type { IngestPorts, Uploader } from './ports.ts';
export type { UploadListQuery } from './rows.ts';

/** Uploads by TUS 1.0 at `/files`; it ends when a whole file is in `raw/`. */
export type Ingest = {
  /** Answers every request under `/files`; `user` is null when nobody is signed in. */
  handle(req: IncomingMessage, res: ServerResponse, user: Uploader | null): Promise<void>;
  /** Ends uploads that rested too long, finishes those that are whole; runs by itself every ten minutes. */
  sweep(): Promise<void>;
  list(query: UploadListQuery): Promise<Page<Upload>>;
  close(): void;
};

const SWEEP_EVERY_MS = 600_000;
const ROW_EVERY_MS = 1_000;
const OPEN_PER_USER = 500;
const METHODS = new Set(['HEAD', 'PATCH', 'POST', 'DELETE', 'OPTIONS']);

export function createIngest(ports: IngestPorts): Ingest {
  return new TusIngest(ports);
}

type Flight = { plan?: NewUpload; checksum: Checksum | null };

class TusIngest implements Ingest {
  readonly #ports: IngestPorts;
  readonly #rows: Rows;
  readonly #tus: Server;
  /** Requests under way by upload id; the lock lets only one of them write. */
  readonly #flights = new Map<string, Flight>();
  readonly #chosen = new WeakMap<IncomingMessage, string>();
  readonly #reported = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(ports: IngestPorts) {
    this.#ports = ports;
    this.#rows = createRows(ports.db);
    const datastore = new UploadStore(ports.store.path('temp/uploads'), {
      rows: this.#rows,
      planned: (id) => this.#flights.get(id)?.plan,
      checksumOf: (id) => this.#flights.get(id)?.checksum ?? null,
      onBytes: (id, offsetBytes) => this.#report(id, offsetBytes),
    });
    this.#tus = createTusServer(ports, datastore, (req) => this.#chosen.get(req));
    this.#timer = setInterval(() => void this.sweep(), SWEEP_EVERY_MS);
    this.#timer.unref();
  }

  async handle(req: IncomingMessage, res: ServerResponse, user: Uploader | null): Promise<void> {
    try {
      await this.#answer(req, res, user);
    } catch (error) {
      const { status } = refusalOf(error);
      if (status >= 500)
        this.#ports.log.warn({ status, error: messageOf(error) }, 'an upload request failed');
      answerRefusal(res, error);
    }
  }

  async sweep(): Promise<void> {
    await sweepUploads(this.#ports, this.#rows).catch((error: unknown) =>
      this.#ports.log.warn({ error: messageOf(error) }, 'uploads could not be swept'),
    );
  }

  list(query: UploadListQuery): Promise<Page<Upload>> {
    return this.#rows.list(query);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #answer(req: IncomingMessage, res: ServerResponse, user: Uploader | null): Promise<void> {
    uploadCors(req, res, this.#ports.settings.get('allowedOrigins'));
    const override = req.headers['x-http-method-override'];
    if (req.method === 'POST' && typeof override === 'string') req.method = override.toUpperCase();
    const method = req.method ?? '';
    // GET ends the process inside the stock server; it never gets there (UP-19).
    if (!METHODS.has(method)) {
      res.setHeader('Allow', [...METHODS].join(', '));
      throw new AppError('UPLOAD_METHOD');
    }
    if (method === 'OPTIONS') return this.#describe(res);
    if (user === null) throw new AppError('UNAUTHENTICATED');
    if (user.role === 'viewer') throw new AppError('FORBIDDEN');
    if (req.headers['tus-resumable'] !== TUS_VERSION)
      throw new TusRefusal(412, `This server speaks Tus ${TUS_VERSION}.`);
    dropForwarded(req);
    watchIdle(req, res);
    const id = idOf(req);
    if (method === 'POST' && id === '') return this.#create(req, res, user);
    if (method === 'POST') throw new AppError('UPLOAD_NOT_FOUND');
    return this.#existing(req, res, await this.#own(id, user), method);
  }

  #describe(res: ServerResponse): void {
    res.setHeader('Tus-Resumable', TUS_VERSION);
    res.setHeader('Tus-Version', TUS_VERSION);
    res.setHeader('Tus-Extension', EXTENSIONS);
    res.setHeader('Tus-Max-Size', String(this.#ports.settings.get('uploadMaxBytes')));
    res.setHeader('Tus-Checksum-Algorithm', 'sha1,sha256');
    res.writeHead(204).end();
  }

  async #create(req: IncomingMessage, res: ServerResponse, user: Uploader): Promise<void> {
    if (req.headers['upload-concat'] !== undefined)
      throw new TusRefusal(400, 'Concatenation is not offered here.');
    const sizeBytes = readLength(req, this.#ports.settings.get('uploadMaxBytes'));
    const metadata = readMetadata(req);
    const checksum = readChecksum(req);
    const bodyBytes = Number(req.headers['content-length'] ?? 0);
    if (bodyBytes > 0 && req.headers['content-type'] !== BODY_TYPE)
      throw new TusRefusal(415, `A body has to be ${BODY_TYPE}.`);
    if (bodyBytes > sizeBytes)
      throw new TusRefusal(413, 'There is more in this request than Upload-Length says.');
    await this.#reserve(user, sizeBytes);
    const plan = {
      id: newId(),
      videoId: newId(),
      ownerId: user.userId,
      sizeBytes,
      metadata,
      ...titleOf(metadata),
    };
    this.#chosen.set(req, plan.id);
    res.setHeader('Video-Id', plan.videoId);
    res.setHeader('Upload-Expires', expiresAt());
    await this.#pass(req, res, plan.id, { plan, checksum });
    if (res.statusCode === 201)
      this.#ports.events.emit('video.state', { videoId: plan.videoId, from: null, to: 'uploading' });
  }

  /** Nobody can fill the disk with promises (UP-09). */
  async #reserve(user: Uploader, sizeBytes: number): Promise<void> {
    const { own, bytes } = await this.#rows.reserved(user.userId);
    if (own >= OPEN_PER_USER)
      throw new AppError('TOO_MANY_REQUESTS', {
        message: 'You have too many unfinished uploads. Finish or cancel some first.',
      });
    await this.#ports.store.checkSpace(bytes + sizeBytes);
  }

  /** An upload of this user; an admin may touch all, to others it does not exist. */
  async #own(id: string, user: Uploader): Promise<UploadRow> {
    const row = isUuid(id) ? await this.#rows.find(id) : null;
    if (row === null || (row.ownerId !== user.userId && user.role !== 'admin'))
      throw new AppError('UPLOAD_NOT_FOUND');
    if (row.state === 'expired' || row.state === 'cancelled') throw new AppError('UPLOAD_EXPIRED');
    return row;
  }

  async #existing(req: IncomingMessage, res: ServerResponse, row: UploadRow, method: string): Promise<void> {
    if (method === 'PATCH') checkPatch(req);
    if (method === 'HEAD' && (await this.#isWhole(row))) await finishUpload(this.#ports, row.id);
    const current = method === 'HEAD' ? ((await this.#rows.find(row.id)) ?? row) : row;
    if (current.state === 'stored') return answerStored(req, res, current, method);
    const checksum = method === 'PATCH' ? readChecksum(req) : null;
    if (method !== 'DELETE') res.setHeader('Upload-Expires', expiresAt());
    await this.#pass(req, res, row.id, { checksum });
    if (method === 'DELETE' && res.statusCode === 204)
      this.#ports.events.emit('video.removed', { videoId: row.videoId });
  }

  /** True when every byte is there although the rows do not say so: the step at the end was cut short. */
  async #isWhole(row: UploadRow): Promise<boolean> {
    if (row.state === 'stored') return true;
    const size = await this.#ports.store.size(uploadKey(row.id));
    return (
      size === row.sizeBytes ||
      (size === null && (await this.#ports.store.size(`raw/${row.videoId}`)) === row.sizeBytes)
    );
  }

  async #pass(req: IncomingMessage, res: ServerResponse, id: string, flight: Flight): Promise<void> {
    // A request without anything of its own to say, such as a HEAD, leaves the writer's entry alone.
    const speaks = req.method === 'POST' || req.method === 'PATCH';
    if (speaks) this.#flights.set(id, flight);
    try {
      await this.#tus.handle(req, res);
    } finally {
      if (speaks && this.#flights.get(id) === flight) this.#flights.delete(id);
      if (speaks) this.#reported.delete(id);
    }
  }

  /** Tells how far an upload is, once a second. */
  #report(id: string, offsetBytes: number): void {
    const now = performance.now();
    if (now - (this.#reported.get(id) ?? Number.NEGATIVE_INFINITY) < ROW_EVERY_MS) return;
    this.#reported.set(id, now);
    void this.#saveProgress(id, offsetBytes).catch((error: unknown) =>
      this.#ports.log.warn({ id, error: messageOf(error) }, 'the progress of an upload could not be written'),
    );
  }

  async #saveProgress(id: string, offsetBytes: number): Promise<void> {
    await this.#rows.saveOffset(id, offsetBytes);
    const row = await this.#rows.find(id);
    if (row?.state !== 'receiving') return;
    const upload = row.sizeBytes > 0 ? Math.min(1, offsetBytes / row.sizeBytes) : 1;
    const progress = { upload, process: 0, stage: null, speed: null, etaSeconds: null };
    this.#ports.events.emit('video.progress', { videoId: row.videoId, progress });
  }
}
