import type { Bench } from './support/bench.ts';
import { printTable } from './support/bench.ts';

/** The benches by name; each file exports `bench`. */
const BENCHES: Record<string, () => Promise<{ bench: Bench }>> = {
  connections: () => import('./connections.ts'),
  failover: () => import('./failover.ts'),
  ladder: () => import('./ladder.ts'),
  memory: () => import('./memory.ts'),
  players: () => import('./players.ts'),
  relay: () => import('./relay.ts'),
  rungs: () => import('./rungs.ts'),
  seek: () => import('./seek.ts'),
  samples: () => import('./samples.ts'),
  segmenting: () => import('./segmenting.ts'),
  upload: () => import('./upload.ts'),
};

const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith('--'));
const unknown = names.filter((name) => !(name in BENCHES));
if (names.length === 0 || unknown.length > 0) {
  if (unknown.length > 0) process.stdout.write(`There is no bench named ${unknown.join(', ')}.\n`);
  process.stdout.write('Write it as: npm run bench -- NAME [--quick | --full]\n');
  for (const [name, load] of Object.entries(BENCHES))
    process.stdout.write(`  ${name.padEnd(12)} ${(await load()).bench.about}\n`);
  process.exit(unknown.length > 0 ? 2 : 0);
}

let missed = 0;
for (const name of names) {
  const { bench } = await BENCHES[name]!();
  process.stdout.write(`${name}: ${bench.about}\n`);
  const rows = await bench.run({
    quick: !words.includes('--full'),
    option: (wanted) =>
      words.find((word) => word.startsWith(`--${wanted}=`))?.slice(wanted.length + 3) ?? null,
    say: (line) => process.stdout.write(`  ${line}\n`),
  });
  printTable(rows);
  missed += rows.filter((row) => row.reached === false).length;
}
process.exit(missed > 0 ? 1 : 0);
