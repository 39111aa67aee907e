import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { generatedList, testCatalog } from '../catalog/test-catalog.ts';
import { silentLog } from '../core/log.ts';
import { LOCKS } from '../db/lock-numbers.ts';
import { type ApiServer, type Caller, createApi } from './frame.ts';
import { importRoutes } from './imports.ts';

let t: Awaited<ReturnType<typeof testCatalog>>;
let api: ApiServer;
let server: http.Server;
let port: number;
const uncaught: unknown[] = [];
const onUncaught = (error: unknown) => void uncaught.push(error);

beforeAll(async () => {
  t = await testCatalog();
  const me: Caller = { kind: 'token', userId: 'u', role: 'editor', name: 'N', email: 'n@example.org' };
  api = await createApi(
    { log: silentLog(), version: '1', identify: async () => me, checkOrigin: () => undefined },
    [importRoutes({ catalog: t.catalog })],
  );
  server = http.createServer((req, res) => api.handle(req, res));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  process.on('uncaughtException', onUncaught);
});
afterEach(() => t.db.execute(sql`truncate provider, channel, source, import_run, output_path_alias cascade`));
afterAll(async () => {
  process.off('uncaughtException', onUncaught);
  server.closeAllConnections();
  server.close();
  await api.close();
  await t.close();
});

const PATH = '/api/v1/channels/import';
const HEAD = `POST ${PATH} HTTP/1.1\r\nHost: x\r\n`;

/** A request with a body of which the caller sends as much as it likes. */
function begin(contentType: string, lengthBytes: number): net.Socket {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`${HEAD}Content-Type: ${contentType}\r\nContent-Length: ${lengthBytes}\r\n\r\n`);
  return socket;
}
const jsonOf = (text: string) => Buffer.from(JSON.stringify({ text }));
function formOf(list: string): Buffer {
  const file = 'Content-Disposition: form-data; name="file"; filename="l.m3u"\r\n\r\n';
  return Buffer.from(`--cut\r\n${file}${list}\r\n--cut--\r\n`);
}
const FORM = 'multipart/form-data; boundary=cut';

async function channels(): Promise<string[]> {
  const { rows } = await t.pool.query<{ name: string; missing: boolean }>(
    'select name, missing from channel order by num',
  );
  return rows.map((row) => `${row.name} ${row.missing}`);
}
/** Only those of our own database: the list shows what other tests hold in theirs, too. */
const HELD_LOCKS = `select 1 from pg_locks where locktype = 'advisory' and granted = $1
  and database = (select oid from pg_database where datname = current_database())`;
const locks = async (granted: boolean) => (await t.pool.query(HELD_LOCKS, [granted])).rowCount ?? 0;
const connections = () =>
  new Promise<number>((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
const importText = async (text: string) => {
  const body = jsonOf(text);
  const response = await fetch(`http://127.0.0.1:${port}${PATH}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Connection: 'close' },
    body,
  });
  return { status: response.status, body: (await response.json()) as object };
};

/** Six large imports may have to come to their end first. */
const soon = { timeout: 40_000 };

/** Holds the turn, so that every import that begins has to wait for it. */
async function whileWaiting(work: () => Promise<void>): Promise<void> {
  const other = await t.pool.connect();
  await other.query('select pg_advisory_lock($1)', [LOCKS.imports]);
  try {
    await work();
  } finally {
    await other.query('select pg_advisory_unlock($1)', [LOCKS.imports]);
    other.release();
  }
}

/** The server still takes an import, no error got away, and the channels are as they were. */
async function expectUntouched(before: string[]): Promise<void> {
  await expect.poll(connections, soon).toBe(0);
  await expect.poll(() => locks(true), soon).toBe(0);
  expect(await channels()).toEqual(before);
  expect(uncaught).toEqual([]);
  expect(await importText(generatedList(3))).toMatchObject({ status: 200, body: { unchanged: 3 } });
}

test.each([
  ['a form', FORM, formOf],
  ['JSON', 'application/json', jsonOf],
])(
  '%s that is cut in the middle of its bytes changes nothing and hurts nobody',
  async (_kind, type, bodyOf) => {
    await importText(generatedList(3));
    const before = await channels();
    const body = bodyOf(generatedList(20_000, 'cut'));
    const socket = begin(type, body.length);
    await new Promise<void>((sent) => socket.write(body.subarray(0, body.length / 2), () => sent()));
    // A form's file is read while it comes: the import runs already.
    if (type === FORM) await expect.poll(() => locks(true), soon).toBeGreaterThan(0);
    socket.resetAndDestroy();
    await expectUntouched(before);
  },
);

test.each([
  ['a form', FORM, formOf],
  ['JSON', 'application/json', jsonOf],
])(
  '%s whose sender leaves while the import waits for its turn changes nothing',
  async (_kind, type, bodyOf) => {
    await importText(generatedList(3));
    const before = await channels();
    const body = bodyOf(generatedList(200, 'left'));
    const socket = begin(type, body.length);
    await whileWaiting(async () => {
      socket.write(body);
      await expect.poll(() => locks(false), soon).toBe(1);
      socket.resetAndDestroy();
      await expect.poll(connections, soon).toBe(0);
    });
    await expectUntouched(before);
  },
);

test('senders that leave while as many imports as may wait do so change nothing', async () => {
  await importText(generatedList(3));
  const before = await channels();
  const body = formOf(generatedList(20_000, 'many'));
  // Their bytes are not read before it is their turn, so that is when the server hears that they left.
  await whileWaiting(async () => {
    const sockets = Array.from({ length: 6 }, () => {
      const socket = begin(FORM, body.length);
      socket.write(body.subarray(0, body.length / 2));
      return socket;
    });
    await expect.poll(() => locks(false), soon).toBe(4);
    for (const socket of sockets) socket.resetAndDestroy();
  });
  await expectUntouched(before);
});
