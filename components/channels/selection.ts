/** What is selected, by id. */
export type Selection = Readonly<Record<string, true>>;

export const selectedIds = (selection: Selection): string[] => Object.keys(selection);

/** Sets every id between two rows (both included) to `on`, as a Shift click does; order does not matter. */
export const selectRange = (
  selection: Selection,
  order: readonly string[],
  from: number,
  to: number,
  on: boolean,
): Selection => {
  const next: Record<string, true> = { ...selection };
  for (let i = Math.min(from, to); i <= Math.max(from, to); i += 1) {
    const id = order[i];
    if (id === undefined) continue;
    if (on) next[id] = true;
    else delete next[id];
  }
  return next;
};

/** The ids in pieces that one request takes. */
export const inChunks = (ids: readonly string[], size: number): string[][] =>
  Array.from({ length: Math.ceil(ids.length / size) }, (_, i) => ids.slice(i * size, (i + 1) * size));
