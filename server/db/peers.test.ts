import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../tests/support/database.ts';
import { Events } from '../core/events.ts';
import { silentLog } from '../core/log.ts';
import { connect } from './index.ts';
import { openPeers, type Peers } from './peers.ts';

type Side = { events: Events; heard: unknown[]; pool: pg.Pool; close(): Promise<void> };

let database: TestDatabase;
let one: Side;
let other: Side;
beforeAll(async () => {
  database = await testDatabase();
  one = await side();
  other = await side();
});
afterAll(async () => {
  await one.close();
  await other.close();
  await database.close();
});

/** A process's end of it: a pool and events of its own. */
async function side(): Promise<Side> {
  const { pool, close } = await connect(database.connection, silentLog(), database.secrets);
  const events = new Events();
  const heard: unknown[] = [];
  events.onAny((name, payload) => heard.push([name, payload]));
  const peers: Peers = await openPeers({ pool, events, log: silentLog() });
  return {
    ...{ events, heard, pool },
    async close() {
      await peers.close();
      await close();
    },
  };
}

const forget = () => {
  one.heard.length = 0;
  other.heard.length = 0;
};
/** Both hear everything that was told before this comes back. */
async function settled(): Promise<void> {
  const [there, back] = [`there ${Math.random()}`, `back ${Math.random()}`];
  one.events.emit('video.changed', { videoId: there });
  await expect.poll(() => other.heard).toContainEqual(['video.changed', { videoId: there }]);
  other.events.emit('video.changed', { videoId: back });
  await expect.poll(() => one.heard).toContainEqual(['video.changed', { videoId: back }]);
}
const videos = (heard: unknown[]) => heard.filter((entry) => !/(?:there|back) /.test(JSON.stringify(entry)));

test('what happens to a video in one process is told once in the other, in order, and never comes back', async () => {
  forget();
  const told = [
    ['video.state', { videoId: 'a', from: 'queued', to: 'processing' }],
    ['video.changed', { videoId: 'a' }],
    ['video.removed', { videoId: 'a' }],
  ] as const;
  for (const [name, payload] of told) one.events.emit(name, payload as never);
  await settled();
  expect(videos(other.heard)).toEqual(told);
  expect(videos(one.heard)).toEqual(told);
});

test('what concerns one process alone stays there', async () => {
  forget();
  one.events.emit('catalog.changed', { reason: 'a test' });
  await settled();
  expect(videos(other.heard)).toEqual([]);
});

test('of progress that comes quicker than it can be told the newest is told', async () => {
  forget();
  const progress = (process: number) => ({ upload: 1, process, stage: null, speed: null, etaSeconds: null });
  for (let i = 1; i <= 200; i++)
    one.events.emit('video.progress', { videoId: 'a', progress: progress(i / 200) });
  await settled();
  const heard = videos(other.heard);
  expect(heard.at(-1)).toEqual(['video.progress', { videoId: 'a', progress: progress(1) }]);
  expect(heard.length).toBeLessThan(20);
});

test('what nobody of ours sent, and what is no message at all, changes nothing', async () => {
  forget();
  const send = (text: string) => database.pool.query(`select pg_notify('siaran_events', $1)`, [text]);
  await send('not json');
  await send('{"from":"somebody","name":"access.changed","payload":{}}');
  await settled();
  expect(videos(other.heard)).toEqual([]);
});

test('PROC-04 connections that end come back by themselves, and all are told that something may be missing', async () => {
  forget();
  await database.pool.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  await expect.poll(() => one.heard).toContainEqual(['peers.missed', {}]);
  await expect.poll(() => other.heard).toContainEqual(['peers.missed', {}]);
  await settled();
});
