/** One line of a bench's table. */
export type Row = {
  what: string;
  /** As it was measured, with its unit. */
  value: string;
  /** What it has to reach, in the same words; absent where nothing is asked. */
  reach?: string;
  reached?: boolean;
};

export type BenchOptions = {
  /** True within about five minutes; false takes up to 25. */
  quick: boolean;
  /** Value of `--name=value` on the command line. */
  option(name: string): string | null;
  /** Tells how far it has come. */
  say(line: string): void;
};

export type Bench = { about: string; run(options: BenchOptions): Promise<Row[]> };

/** A line that is held against a largest value. */
export function atMost(what: string, value: number, limit: number, unit: string, digits = 1): Row {
  return {
    what,
    value: `${value.toFixed(digits)} ${unit}`.trim(),
    reach: `≤ ${limit} ${unit}`.trim(),
    reached: value <= limit,
  };
}

/** A line that is held against a smallest value. */
export function atLeast(what: string, value: number, limit: number, unit: string, digits = 1): Row {
  return {
    what,
    value: `${value.toFixed(digits)} ${unit}`.trim(),
    reach: `≥ ${limit} ${unit}`.trim(),
    reached: value >= limit,
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function printTable(rows: readonly Row[]): void {
  const cells = rows.map((row) => [row.what, row.value, row.reach ?? '', verdict(row)]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...cells.map((cell) => cell[column]!.length)));
  for (const [what, value, reach, verdictText] of cells)
    process.stdout.write(
      `${what!.padEnd(widths[0]!)}  ${value!.padStart(widths[1]!)}  ${reach!.padEnd(widths[2]!)}  ${verdictText}\n`,
    );
}

const verdict = (row: Row): string => (row.reached === undefined ? '' : row.reached ? 'reached' : 'MISSED');
