import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Page } from '../../lib/contract/common.ts';
import type { Upload } from '../../lib/contract/videos.ts';
import { AppError, messageOf } from '../core/errors.ts';
import { isUuid } from '../core/ids.ts';
import {
  answerFromRow,
  checkPatch,
  dropHeaders,
  expiresAt,
  FOREIGN,
  idOf,
  uploadCors,
  watchIdle,
} from './answers.ts';
import { readFinalPlan, readPlan } from './creation.ts';
import { type Flight, UploadStore } from './file-store.ts';
import { createFinals, type Finals } from './finals.ts';
import { finishUpload, isMoved } from './finish.ts';
import { listUploads, type UploadListQuery } from './list.ts';
import { UploadLocker } from './locker.ts';
import { checkParts, wholeOf } from './parts.ts';
import type { IngestPorts, Uploader } from './ports.ts';
import {
  answerRefusal,
  EXTENSIONS,
  PARTIAL,
  partIdsOf,
  readChecksum,
  readConcat,
  readLength,
  refusalOf,
  TUS_VERSION,
  TusRefusal,
  UPLOADS_PATH,
} from './protocol.ts';
import { createAdmit } from './quota.ts';
import { createRows, isFinal, type Rows, type UploadRow } from './rows.ts';
import { settle, sweepUploads } from './sweep.ts';
import { createTusServer, type TusServer } from './tus-server.ts';

export type { UploadListQuery } from './list.ts';
export type { IngestPorts, Uploader } from './ports.ts';

/** Uploads by TUS 1.0 at `/files`; it ends when a whole file is in `raw/`. */
export type Ingest = {
  /** Answers every request under `/files`; `user` is null when nobody is signed in. */
  handle(req: IncomingMessage, res: ServerResponse, user: Uploader | null): Promise<void>;
  /** Ends uploads that rested too long, finishes those that are whole; runs by itself every ten minutes. */
  sweep(): Promise<void>;
  list(query: UploadListQuery): Promise<Page<Upload>>;
  close(): Promise<void>;
};

const SWEEP_EVERY_MS = 600_000;
const ROW_EVERY_MS = 1_000;
/** How long the answer to a creation or a HEAD waits for parts to be put together; the work goes on behind it. */
const JOIN_CREATION_MS = 20_000;
const JOIN_HEAD_MS = 1_500;
const IDLE_MS = 60_000;
const METHODS = new Set(['HEAD', 'PATCH', 'POST', 'DELETE', 'OPTIONS']);

/** `idleMs`: a request that brings nothing for so long is ended; what it brought stays. */
export function createIngest(ports: IngestPorts, { idleMs = IDLE_MS } = {}): Ingest {
  return new TusIngest(ports, idleMs);
}

class TusIngest implements Ingest {
  readonly #ports: IngestPorts;
  readonly #rows: Rows;
  readonly #tus: TusServer;
  readonly #finals: Finals;
  readonly #idleMs: number;
  readonly #locker = new UploadLocker();
  readonly #flights = new AsyncLocalStorage<Flight>();
  readonly #reported = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(ports: IngestPorts, idleMs: number) {
    this.#ports = ports;
    this.#idleMs = idleMs;
    this.#rows = createRows(ports.db, createAdmit(ports));
    this.#finals = createFinals(ports, this.#rows);
    const datastore = new UploadStore(ports.store.path('temp/uploads'), {
      rows: this.#rows,
      flights: this.#flights,
      mostBytes: () => ports.settings.get('uploadMaxBytes'),
      checkRoom: () => ports.store.checkSpace(0),
      onBytes: (id, offsetBytes) => this.#report(id, offsetBytes),
    });
    this.#tus = createTusServer(ports, { datastore, locker: this.#locker, flights: this.#flights });
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
    await sweepUploads(this.#ports, { rows: this.#rows, finals: this.#finals, locker: this.#locker }).catch(
      (error: unknown) => this.#ports.log.warn({ error: messageOf(error) }, 'uploads could not be swept'),
    );
  }

  list(query: UploadListQuery): Promise<Page<Upload>> {
    return listUploads(this.#ports.db, query);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#finals.close();
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
    dropHeaders(req, FOREIGN);
    watchIdle(req, res, this.#idleMs);
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
    const concat = readConcat(req);
    if (concat !== null && concat !== PARTIAL) return this.#createFinal(req, res, user, concat);
    const plan = readPlan(req, user, concat, this.#ports.settings.get('uploadMaxBytes'));
    const checksum = readChecksum(req);
    dropHeaders(req, ['upload-concat']);
    const { videoId } = plan;
    const onCreated = () => {
      if (videoId !== null) res.setHeader('Video-Id', videoId);
      res.setHeader('Upload-Expires', expiresAt());
    };
    await this.#pass(req, res, plan.id, { req, plan, checksum, onCreated });
    if (res.statusCode === 201 && videoId !== null)
      this.#ports.events.emit('video.state', { videoId, from: null, to: 'uploading' });
  }

  /** Joins parts; asked again after a lost answer it tells of the same upload. */
  async #createFinal(
    req: IncomingMessage,
    res: ServerResponse,
    user: Uploader,
    concat: string,
  ): Promise<void> {
    const plan = readFinalPlan(req, user, concat);
    const partIds = partIdsOf(concat);
    const named: UploadRow[] = [];
    for (const id of partIds) named.push(await this.#own(id, user));
    const held = await wholeOf(this.#ports, named);
    const row = await this.#locker.hold(held, () =>
      this.#rows.claim(plan, partIds, (parts) => checkParts(this.#ports, parts, held)),
    );
    if (row.id === plan.id)
      this.#ports.events.emit('video.state', { videoId: plan.videoId, from: null, to: 'uploading' });
    if (row.state !== 'stored') await this.#finals.complete(row, JOIN_CREATION_MS);
    res.setHeader('Tus-Resumable', TUS_VERSION);
    res.setHeader('Location', `${UPLOADS_PATH}/${row.id}`);
    res.setHeader('Video-Id', String(row.videoId));
    res.writeHead(201, { 'Content-Length': 0 }).end();
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
    if (method === 'HEAD') return this.#tell(req, res, row);
    if (method === 'PATCH') checkPatch(req);
    const current = await this.#moved(row);
    if (current.state === 'stored' || isFinal(current)) return answerFromRow(req, res, current, method);
    const checksum = method === 'PATCH' ? readChecksum(req) : null;
    if (method === 'PATCH') {
      await this.#checkLength(req, current);
      // Refused here the rest of the body is read and thrown away, so that a browser surely gets the answer.
      if (req.headers['content-length'] !== '0') await this.#ports.store.checkSpace(0);
    }
    if (method !== 'DELETE') res.setHeader('Upload-Expires', expiresAt());
    await this.#pass(req, res, row.id, { req, checksum });
    if (method === 'DELETE' && res.statusCode === 204 && row.videoId !== null)
      this.#ports.events.emit('video.removed', { videoId: row.videoId });
  }

  /** An upload whose file is in `raw/` is finished, also when its rows were not told. */
  async #moved(row: UploadRow): Promise<UploadRow> {
    if (row.state !== 'receiving' || isFinal(row) || !(await isMoved(this.#ports, row))) return row;
    return await this.#locker.hold([row.id], () => settle(this.#ports, this.#rows, row.id));
  }

  /** A HEAD ends what was cut short at the last step, so that it tells the client the truth. */
  async #tell(req: IncomingMessage, res: ServerResponse, row: UploadRow): Promise<void> {
    if (row.state === 'stored' || isFinal(row)) {
      if (row.state !== 'stored') await this.#finals.complete(row, JOIN_HEAD_MS).catch(() => undefined);
      else if (row.videoId !== null) await finishUpload(this.#ports, row.id);
      return answerFromRow(req, res, (await this.#rows.find(row.id)) ?? row, 'HEAD');
    }
    await this.#locker.hold([row.id], async () => {
      const current = await settle(this.#ports, this.#rows, row.id);
      if (current.state === 'stored') return answerFromRow(req, res, current, 'HEAD');
      res.setHeader('Upload-Expires', expiresAt());
      if (current.concat !== null) res.setHeader('Upload-Concat', current.concat);
      await this.#pass(req, res, row.id, { req, checksum: null, held: true });
    });
  }

  /** A length may be told once, by a PATCH of an upload that began without one; the same one again is no change. */
  async #checkLength(req: IncomingMessage, row: UploadRow): Promise<void> {
    if (req.headers['upload-length'] === undefined) {
      if (row.sizeBytes === null)
        await this.#rows.checkRoom(row.ownerId, Number(req.headers['content-length'] ?? 0));
      return;
    }
    const sizeBytes = readLength(req, this.#ports.settings.get('uploadMaxBytes'));
    if (row.sizeBytes === null) return;
    if (row.sizeBytes !== sizeBytes)
      throw new TusRefusal(400, 'The length of this upload is known already and cannot change.');
    dropHeaders(req, ['upload-length']);
  }

  async #pass(req: IncomingMessage, res: ServerResponse, id: string, flight: Flight): Promise<void> {
    try {
      await this.#flights.run(flight, () => this.#tus.answer(req, res));
    } finally {
      this.#reported.delete(id);
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
    if (row?.state !== 'receiving' || row.videoId === null) return;
    // How far it is without an end nobody can say.
    const upload = row.sizeBytes === null ? 0 : Math.min(1, offsetBytes / Math.max(1, row.sizeBytes));
    const progress = { upload, process: 0, stage: null, speed: null, etaSeconds: null };
    this.#ports.events.emit('video.progress', { videoId: row.videoId, progress });
  }
}
