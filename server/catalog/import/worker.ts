import { parentPort, workerData } from 'node:worker_threads';
import { type M3uKind, M3uParser, type M3uSkip } from '../../../lib/formats/m3u.ts';
import { type Keys, type StagedRow, Stager } from './staged.ts';

/** What the server sends: a piece of the list, or null at its end. */
export type ToWorker = { chunk: Uint8Array | null };

/** The answer to each piece: rows as JSON for the staging table, skips, and at the end what the list was. */
export type FromWorker = {
  rows: string | null;
  rowCount: number;
  skips: M3uSkip[];
  skipCount: number;
  /** Entries whose address is of a kind that cannot be played yet. */
  notPlayable: number;
  kind: M3uKind | null;
};

const KEPT_SKIPS = 200;
const PLAYABLE = /^(?:https?|rtmps?|rtsps?|srt|udp|rtp):/i;

const { keys, baseUrl } = workerData as { keys: Keys; baseUrl: string | null };
const stager = new Stager(keys);
let rows: StagedRow[] = [];
let skips: M3uSkip[] = [];
let keptSkips = 0;
let skipCount = 0;
let notPlayable = 0;

const parser = new M3uParser(
  {
    onEntry(entry) {
      const row = stager.stage(entry);
      if ('sameAsLine' in row) {
        skip({
          line: entry.line,
          name: entry.name,
          reason: `The entry is the same as the one in line ${row.sameAsLine}.`,
        });
        return;
      }
      if (!PLAYABLE.test(entry.url)) notPlayable++;
      rows.push(row);
    },
    onSkip: skip,
  },
  { baseUrl },
);

function skip(one: M3uSkip): void {
  skipCount++;
  if (keptSkips++ < KEPT_SKIPS) skips.push({ ...one, name: one.name.slice(0, 300) });
}

parentPort?.on('message', ({ chunk }: ToWorker) => {
  if (chunk) parser.push(chunk);
  const kind = chunk ? null : parser.end();
  const answer: FromWorker = {
    rows: rows.length > 0 ? JSON.stringify(rows) : null,
    rowCount: rows.length,
    skips,
    skipCount,
    notPlayable,
    kind,
  };
  rows = [];
  skips = [];
  skipCount = 0;
  notPlayable = 0;
  parentPort?.postMessage(answer);
});
