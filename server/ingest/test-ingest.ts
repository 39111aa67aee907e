import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { user } from '../../drizzle/schema/auth.ts';
import { upload, video } from '../../drizzle/schema/vod.ts';
import { testDatabase } from '../../tests/support/database.ts';
import { fixedSettings, loadConfig } from '../core/config.ts';
import { AppError } from '../core/errors.ts';
import { Events } from '../core/events.ts';
import { silentLog } from '../core/log.ts';
import type { SettingValues } from '../core/settings-table.ts';
import { createStore } from '../store/index.ts';
import { createIngest, type IngestPorts, type Uploader } from './index.ts';

type Headers = Record<string, string>;
type Answer = { status: number; headers: http.IncomingHttpHeaders; body: string };

const PEOPLE: Record<string, Uploader> = {
  eva: { userId: 'eva', role: 'editor' },
  emil: { userId: 'emil', role: 'editor' },
  vera: { userId: 'vera', role: 'viewer' },
  ada: { userId: 'ada', role: 'admin' },
};

/** How long an idle connection stays open. */
export const KEEP_ALIVE_MS = 500;
/** What a PATCH has to say about its body (TUS 1.0). */
export const PART = { 'Content-Type': 'application/offset+octet-stream' };
export const base64 = (text: string) => Buffer.from(text).toString('base64');

/** The upload server on a socket, with a database and folders of its own; `x-person` says who calls. */
export async function testIngest({ idleMs, parent = tmpdir() }: { idleMs?: number; parent?: string } = {}) {
  const dir = mkdtempSync(join(parent, 'siaran-ingest-'));
  const database = await testDatabase();
  const { db } = database;
  for (const { userId, role } of Object.values(PEOPLE))
    await db.insert(user).values({ id: userId, name: userId, email: `${userId}@example.org`, role });
  const store = createStore({ dataDir: dir });
  const fixed = fixedSettings(loadConfig({ DATA_DIR: dir, ALLOWED_ORIGINS: 'https://studio.example' }));
  await store.open();
  /** What tests change between two requests. */
  const knobs = {
    acceptFails: false,
    abandonFails: false,
    /** Reading what is put together fails: the step is cut there. */
    joinFails: false,
    /** What happens before parts are put together. */
    onJoin: async (): Promise<void> => undefined,
    /** What the disk has beside its reserve; null asks the real one. */
    freeBytes: null as number | null,
    /** What happens while a video is sent on its way. */
    onAccept: async (): Promise<void> => undefined,
    settings: { uploadMaxBytes: 20_000_000 } as Partial<SettingValues>,
  };
  const accepted: string[] = [];
  const abandoned: string[] = [];
  const ports: IngestPorts = {
    db,
    store: {
      ...store,
      async size(key) {
        if (key.endsWith('.join')) await knobs.onJoin();
        if (key.endsWith('.join') && knobs.joinFails) throw new Error('cut');
        return await store.size(key);
      },
      async checkSpace(neededBytes) {
        if (knobs.freeBytes === null) await store.checkSpace(neededBytes);
        else if (knobs.freeBytes < neededBytes) throw new AppError('STORAGE_FULL');
      },
    },
    events: new Events(),
    settings: { get: (key) => knobs.settings[key] ?? fixed.get(key) },
    log: silentLog(),
    accept: async (videoId) => {
      if (knobs.acceptFails) throw new Error('the database went away');
      await knobs.onAccept();
      accepted.push(videoId);
      await db.update(video).set({ state: 'queued' }).where(eq(video.id, videoId));
    },
    abandon: async (videoId) => {
      if (knobs.abandonFails) throw new Error('the database went away');
      abandoned.push(videoId);
      await db.update(video).set({ state: 'failed' }).where(eq(video.id, videoId));
    },
  };
  const ingest = createIngest(ports, idleMs === undefined ? {} : { idleMs });
  const underWay = new Set<Promise<void>>();
  const server = http.createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (req, res) => {
    const run = ingest.handle(req, res, PEOPLE[String(req.headers['x-person'])] ?? null);
    underWay.add(run);
    void run.finally(() => underWay.delete(run));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  const uploadIdOf = (at: string) => at.split('/')[2]!;
  return {
    ...callsTo(port),
    port,
    db,
    pool: database.pool,
    ingest,
    ports,
    dir,
    knobs,
    accepted,
    abandoned,
    /** Every request that came so far has ended, also those whose sender is gone. */
    allEnded: () => Promise.all(underWay),
    rowOf: async (at: string) =>
      (
        await db
          .select()
          .from(upload)
          .where(eq(upload.id, uploadIdOf(at)))
      )[0]!,
    fileOf: (at: string) => join(dir, 'temp/uploads', uploadIdOf(at)),
    async close() {
      await ingest.close();
      server.closeAllConnections();
      server.close();
      await database.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Requests as a TUS client sends them; eva calls unless another person is named. */
function callsTo(port: number) {
  async function call(method: string, path: string, headers: Headers = {}, body?: Buffer): Promise<Answer> {
    const defaults: Headers = { 'Tus-Resumable': '1.0.0', 'X-Person': 'eva' };
    const all = Object.fromEntries(
      Object.entries({ ...defaults, ...headers }).filter(([, value]) => value !== ''),
    );
    const req = http.request({ host: '127.0.0.1', port, method, path, headers: all, agent: false });
    // A refusal may come before all of the body went out.
    req.on('error', () => undefined);
    req.end(body);
    const [res] = (await once(req, 'response')) as [http.IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of res) chunks.push(chunk as Buffer);
    return { status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks).toString() };
  }
  async function create(length: number, headers: Headers = {}, body?: Buffer) {
    const answer = await call('POST', '/files', { 'Upload-Length': String(length), ...headers }, body);
    return { ...answer, at: String(answer.headers.location), videoId: String(answer.headers['video-id']) };
  }
  const patch = (at: string, offset: number, body: Buffer, headers: Headers = {}) =>
    call('PATCH', at, { ...PART, 'Upload-Offset': String(offset), ...headers }, body);
  const offsetOf = async (at: string) => Number((await call('HEAD', at)).headers['upload-offset']);
  /** A part of a parallel upload with all of its bytes; answers its address. */
  async function part(body: Buffer, headers: Headers = {}): Promise<string> {
    return (await create(body.length, { ...PART, 'Upload-Concat': 'partial', ...headers }, body)).at;
  }
  async function joined(parts: readonly string[], headers: Headers = {}) {
    const answer = await call('POST', '/files', { 'Upload-Concat': `final;${parts.join(' ')}`, ...headers });
    return { ...answer, at: String(answer.headers.location), videoId: String(answer.headers['video-id']) };
  }
  return {
    call,
    create,
    part,
    joined,
    patch,
    offsetOf,
    /** A PATCH that promises more than it sends. */
    halfPatch: (at: string, length: number, sent: Buffer, offset = 0) =>
      openPatch(port, at, { 'Upload-Offset': String(offset), 'Content-Length': String(length) }, sent),
    /** A PATCH with all of its bytes, which does not say that these are all. */
    endlessPatch: (at: string, sent: Buffer, checksum: string) => {
      const headers = { 'Upload-Offset': '0', 'Upload-Checksum': checksum, 'Transfer-Encoding': 'chunked' };
      const chunk = [Buffer.from(`${sent.length.toString(16)}\r\n`), sent, Buffer.from('\r\n')];
      return openPatch(port, at, headers, Buffer.concat(chunk));
    },
  };
}

/** A PATCH that is not at its end after `sent` and stays open. */
function openPatch(port: number, at: string, headers: Headers, sent: Buffer): net.Socket {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  const all = { Host: 'x', 'X-Person': 'eva', 'Tus-Resumable': '1.0.0', ...PART, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  socket.write([`PATCH ${at} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
  socket.write(sent);
  return socket;
}
