import { and, asc, eq, sql } from 'drizzle-orm';
import { channel } from '../../drizzle/schema/catalog.ts';
import type { Db } from '../db/index.ts';

/** What a list for other players says of a channel. */
export type ExportChannel = {
  id: string;
  num: number;
  outputPath: string | null;
  name: string;
  group: string;
  chno: string | null;
  tvgId: string | null;
  tvgName: string | null;
  logo: string | null;
};

const BATCH = 1000;

/** Every channel that is switched on and still in its list, in the order of the channel list, a batch at a time. */
export async function* exportChannels(
  db: Db,
  filter: { group?: string | undefined },
): AsyncGenerator<ExportChannel[]> {
  const order = sql`coalesce(${channel.sortNumber}, 2147483647)`;
  let last: { order: number; num: number } | null = null;
  for (;;) {
    const rows: { row: typeof channel.$inferSelect; order: number }[] = await db
      .select({ row: channel, order: sql<number>`${order}` })
      .from(channel)
      .where(
        and(
          eq(channel.enabled, true),
          eq(channel.missing, false),
          filter.group === undefined ? undefined : eq(channel.group, filter.group),
          last ? sql`(${order}, ${channel.num}) > (${last.order}, ${last.num})` : undefined,
        ),
      )
      .orderBy(asc(order), asc(channel.num))
      .limit(BATCH);
    if (rows.length > 0) yield rows.map(({ row }) => present(row));
    const end = rows.at(-1);
    if (!end || rows.length < BATCH) return;
    last = { order: end.order, num: end.row.num };
  }
}

/** Changes whenever any channel does; part of the list's ETag. */
export async function catalogRevision(db: Db): Promise<string> {
  const [row] = await db
    .select({
      text: sql<string>`concat_ws('.', count(*), max(${channel.num}), sum(${channel.version}), max(${channel.updatedAt}))`,
    })
    .from(channel);
  return row?.text ?? '';
}

function present(row: typeof channel.$inferSelect): ExportChannel {
  const { id, num, outputPath, name, group } = row;
  const { chno, tvgId, tvgName, logo } = { ...row.provided, ...row.overrides };
  return { id, num, outputPath, name, group, chno, tvgId, tvgName, logo };
}
