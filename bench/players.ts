import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChannelDetail } from '../lib/contract/channels.ts';
import { startRtsp } from '../server/live/test-rtsp.ts';
import { Client } from '../tests/support/client.ts';
import { clipBytes } from '../tests/support/provider/clips.ts';
import { Provider } from '../tests/support/provider/provider.ts';
import { removeDataDir, startServer } from '../tests/support/server.ts';
import { type Cell, playCell } from './players/cells.ts';
import { serveFolder } from './players/folder.ts';
import { playersThatAreThere } from './players/installed.ts';
import type { Player } from './players/player.ts';
import { freePort, type Ground, PORTS, SOURCES, type SourceRow } from './players/sources.ts';
import { seekWholeFile } from './players/whole-file.ts';
import type { Bench, BenchOptions, Row } from './support/bench.ts';

const OUTPUTS = ['ts', 'hls'] as const;

/** Seconds that a cell plays. */
const secondsOf = (source: SourceRow, quick: boolean): number => (quick ? 5 : source.long ? 60 : 20);

async function prepare(): Promise<Ground & { close(): Promise<void> }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'siaran-players-'));
  const provider = await Provider.start();
  const files = await serveFolder(folder);
  const rtsp = await startRtsp(clipBytes('small'));
  const ports = Object.fromEntries(await Promise.all(PORTS.map(async (name) => [name, await freePort()])));
  return {
    ...{ folder, provider, files, rtsp, ports: ports as Ground['ports'] },
    async close() {
      await Promise.all([provider.close(), files.close(), rtsp.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** HLS is joined when the channel has been playing for a while: VLC halts twice on the short list of a cold start. */
const WARM_MS = 14_000;
/** Rows that are played at once. */
const AT_ONCE = 2;

/** All players on both outputs of one channel: they share its one connection. */
async function playRow(
  source: SourceRow,
  players: readonly Player[],
  seconds: number,
  { ground, client, name }: { ground: Ground; client: Client; name: string },
): Promise<Cell[]> {
  const { url, sender } = await source.start(ground);
  try {
    const { status, body } = await client.post<ChannelDetail>('/api/v1/channels', {
      ...{ name, outputPath: name, sources: [{ url }] },
    });
    if (status !== 201) throw new Error(`The channel was not made: ${JSON.stringify(body)}`);
    const address = (output: 'ts' | 'hls') => new URL(body.urls[output], client.base).href;
    const play = async (player: Player, output: 'ts' | 'hls') => {
      if (output === 'hls') await delay(WARM_MS);
      return await playCell(player, {
        output,
        address: address(output),
        seconds,
        silent: source.silent === true,
      });
    };
    const cells = OUTPUTS.flatMap((output) => players.map((player) => play(player, output)));
    return await Promise.all(cells);
  } finally {
    await sender?.stop();
  }
}

const goodOf = (cells: readonly Cell[]): number =>
  cells.filter(({ problems }) => problems.length === 0).length;

const cellText = (cell: Cell | undefined): string =>
  cell === undefined ? '–' : cell.problems.length === 0 ? `ok (${cell.told})` : cell.problems.join('; ');

function sayTable(
  rows: ReadonlyMap<string, Cell[]>,
  players: readonly Player[],
  say: BenchOptions['say'],
): void {
  const columns = OUTPUTS.flatMap((output) => players.map((player) => ({ output, player: player.name })));
  say(`| source | ${columns.map(({ output, player }) => `${player} ${output.toUpperCase()}`).join(' | ')} |`);
  say(`|---|${columns.map(() => '---|').join('')}`);
  for (const [name, cells] of rows) {
    const texts = columns.map(({ output, player }) =>
      cellText(cells.find((cell) => cell.output === output && cell.player === player)),
    );
    say(`| ${name} | ${texts.map((text) => text.replaceAll('|', '/')).join(' | ')} |`);
  }
}

async function run({ quick, option, say }: BenchOptions): Promise<Row[]> {
  const players = playersThatAreThere(say);
  const only = option('only');
  const ground = await prepare();
  const { provider, files, rtsp, ports } = ground;
  const allowed = [provider.port, files.port, rtsp.port, ...Object.values(ports)].map(
    (port) => `127.0.0.1/32:${port}`,
  );
  const server = await startServer({
    pages: false,
    env: { ALLOW_SOURCES: allowed.join(','), STREAM_IDLE_TIMEOUT: '1', LIVE_SEGMENT_DURATION: '2' },
  });
  const rows = new Map<string, Cell[]>();
  const sought: Row[] = [];
  try {
    const client = await new Client(server.base).signIn();
    const waiting = SOURCES.filter((source) => !only || source.name.includes(only));
    const work = async () => {
      for (let source = waiting.shift(); source; source = waiting.shift()) {
        const name = `row-${SOURCES.indexOf(source)}`;
        const cells = await playRow(source, players, secondsOf(source, quick), { ground, client, name });
        rows.set(source.name, cells);
        say(`${source.name}: ${goodOf(cells)} of ${cells.length} cells`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (!only || 'whole file'.includes(only))
      sought.push(...(await seekWholeFile(client, ground, players, say)));
  } finally {
    await server.stop();
    removeDataDir(server.dataDir);
    await ground.close();
  }
  if (rows.size > 0) sayTable(rows, players, say);
  const live = [...rows].map(([what, cells]) => ({
    ...{ what, value: `${goodOf(cells)} of ${cells.length}`, reach: 'all cells' },
    reached: goodOf(cells) === cells.length,
  }));
  return [...live, ...sought];
}

export const bench: Bench = {
  about: 'ffmpeg, mpv and VLC on both outputs of every kind of source, and in the middle of a video',
  run,
};
