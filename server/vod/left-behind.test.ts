import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { user } from '../../drizzle/schema/auth.ts';
import { job, piece, video } from '../../drizzle/schema/vod.ts';
import { newId } from '../core/ids.ts';
import { encoderOf, movingClip, settledVideo, type TestVod, VodStation } from './test-vod.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let station: VodStation;
let running: TestVod;
beforeAll(async () => {
  station = await VodStation.open();
  running = await station.start();
});
afterAll(async () => {
  await running.close();
  await station.close();
});

test('PROC-04 a piece whose end could not be written down is finished by the process that has it', async () => {
  const { pool, db } = station.database;
  const id = await station.upload(movingClip(4));
  // Neither that it is done nor that it is given back: the row goes on to say that this process works on it.
  await pool.query(`
    create sequence refusals;
    create function refuse() returns trigger language plpgsql as $$ begin
      if nextval('refusals') <= 2 then raise exception 'no room'; end if;
      return new; end $$;
    create trigger refuse before update on piece for each row
      when (new.kind = 'pictures' and new.state in ('done', 'open')) execute function refuse();`);
  await running.vod.accept(id);
  expect(await settledVideo(running.vod, id)).toMatchObject({ state: 'ready', durationSeconds: 4 });
  expect((await pool.query('select last_value from refusals')).rows[0].last_value).not.toBe('1');
  const pieces = await db.select().from(piece).where(eq(piece.videoId, id));
  expect(new Set(pieces.map(({ state }) => state))).toEqual(new Set(['past']));
  await pool.query('drop trigger refuse on piece');
});

test('PROC-04 database connections that end while a video is made, again and again, cost no segment', async () => {
  const { connection } = station.database;
  const others = new pg.Client(connection);
  await others.connect();
  const id = await station.upload(movingClip(40));
  const files = () => {
    const folder = join(station.dir, 'processed', id, '1', '180p');
    return existsSync(folder)
      ? readdirSync(folder).map((name) => [name, statSync(join(folder, name)).ino])
      : [];
  };
  await running.vod.accept(id);
  const before: (string | number)[][] = [];
  // More often than a job may fail.
  for (let round = 0; round < 4; round++) {
    await encoderOf(running.supervisor);
    before.push(...files());
    await others.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await expect.poll(() => running.supervisor.running(), { timeout: 20_000 }).toEqual([]);
  }
  expect(await settledVideo(running.vod, id)).toMatchObject({ state: 'ready', durationSeconds: 40 });
  expect(files()).toEqual(expect.arrayContaining(before));
  await others.end();
});

test('PROC-04 a job that was written down and never reached its queue goes on when the database is back', async () => {
  const { db } = station.database;
  const id = await station.upload(movingClip(2));
  await db.update(video).set({ state: 'queued' }).where(eq(video.id, id));
  await db.insert(job).values({ id: newId(), videoId: id, kind: 'probe', state: 'queued' });
  const handedOver = await station.upload(movingClip(2));
  running.events.emit('peers.missed', {});
  for (const one of [id, handedOver]) expect((await settledVideo(running.vod, one)).state).toBe('ready');
  const jobs = await db.select().from(job).where(eq(job.videoId, id));
  expect(jobs.filter(({ kind }) => kind === 'probe')).toHaveLength(1);
});

test('S4.9 a person with one video does not wait behind a folder of somebody else', async () => {
  const { db, pool } = station.database;
  const [first, second] = [randomUUID(), randomUUID()];
  for (const owner of [first, second])
    await db.insert(user).values({ id: owner, name: 'Ani', email: `${owner}@example.org` });
  const turns: [string, number][] = [];
  for (const ownerId of [first, first, first, second]) {
    const id = await station.upload(movingClip(1));
    // Held, so that each is still under way when the next one comes.
    await db.update(video).set({ ownerId, paused: true }).where(eq(video.id, id));
    await running.vod.accept(id);
    const sent = await pool.query<{ priority: number }>(
      `select priority from pgboss.job where name = 'video.probe' and data ->> 'videoId' = $1`,
      [id],
    );
    turns.push([ownerId, sent.rows[0]!.priority]);
  }
  expect(turns).toEqual([
    [first, 0],
    [first, -1],
    [first, -2],
    [second, 0],
  ]);
});
