import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { grid, piece, video } from '../../../drizzle/schema/vod.ts';
import { type TestDatabase, testDatabase } from '../../../tests/support/database.ts';
import { systemClock } from '../../core/clock.ts';
import { Events } from '../../core/events.ts';
import { silentLog } from '../../core/log.ts';
import { Gate } from '../grid/gate.ts';
import type { OpenGrid, OpenGrids } from '../open-grids.ts';
import { type Owner, openOwner } from '../owner.ts';
import type { VodPorts } from '../ports.ts';
import { type PieceRange, writePieces } from './rows.ts';
import { createPieceWorker } from './worker.ts';

let database: TestDatabase;
let owner: Owner;
beforeAll(async () => {
  database = await testDatabase();
  owner = await openOwner({ pool: database.pool });
});
afterAll(async () => {
  await owner.close();
  await database.close();
});

const PLAN = { rate: { num: 25, den: 1 }, segmentSeconds: 6, rungs: [], tracks: [] };

/** A worker on a grid in which nothing is made unless the test says so. */
function workerOnStub() {
  const told = new Set<Parameters<OpenGrid['onSegment']>[0]>();
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const make = () => {
    begun.resolve();
    return ended.promise;
  };
  const open = {
    ...{ plan: PLAN, store: { frames: 1000 }, maker: { pictures: make, sound: make } },
    onSegment(listener: Parameters<OpenGrid['onSegment']>[0]) {
      told.add(listener);
      return () => told.delete(listener);
    },
  } as unknown as OpenGrid;
  const log = silentLog();
  const lines = vi.spyOn(log, 'info');
  const ports = {
    ...{ db: database.db, owner, log, events: new Events(), clock: systemClock },
    settings: { get: () => 1 },
  } as unknown as VodPorts;
  const grids: Pick<OpenGrids, 'open' | 'batches'> = { open: async () => open, batches: new Gate() };
  const worker = createPieceWorker(ports, grids as OpenGrids);
  const tell = (row: string, k: number, mine = true) => {
    for (const listener of told) listener(row, k, mine);
  };
  const madeAsLogged = () => lines.mock.calls.map(([facts]) => (facts as unknown as { made: number }).made);
  return { worker, begun: begun.promise, end: ended.resolve, tell, madeAsLogged };
}

async function onlyPiece(range: PieceRange): Promise<() => Promise<typeof piece.$inferSelect>> {
  await database.db.delete(video);
  const [row] = await database.db
    .insert(video)
    .values({ title: 'A film', state: 'processing', gen: 1, facts: {} })
    .returning({ id: video.id });
  await database.db.insert(grid).values({ videoId: row!.id, gen: 1, plan: PLAN });
  await writePieces(database.db, { videoId: row!.id, gen: 1 }, [range]);
  return async () => (await database.db.select().from(piece).where(eq(piece.videoId, row!.id)))[0]!;
}

test.each([
  {
    piece: { kind: 'pictures', track: 0, fromSegment: 20, toSegment: 40 },
    others: ['audio-0/25', '360p/19', '720p/40'],
    own: '360p/39',
  },
  {
    piece: { kind: 'sound', track: 1, fromSegment: 0, toSegment: null },
    others: ['audio-0/5', '360p/5'],
    own: 'audio-1/900',
  },
] as const)(
  'PROC-09 what others make meanwhile does not count for a piece of $piece.kind, its own segments do',
  async ({ piece: range, others, own }) => {
    const now = await onlyPiece(range);
    const { worker, begun, end, tell, madeAsLogged } = workerOnStub();
    const segment = (name: string) => [name.split('/')[0]!, Number(name.split('/')[1])] as const;
    worker.start();
    await begun;
    for (const name of others) tell(...segment(name));
    tell(...segment(own), false);
    expect(await now()).toMatchObject({ state: 'taken', attempt: 1 });
    tell(...segment(own));
    await expect.poll(now).toMatchObject({ state: 'taken', attempt: 0 });
    end();
    await expect.poll(now).toMatchObject({ state: 'done' });
    expect(madeAsLogged()).toEqual([1]);
    await worker.close();
  },
);
