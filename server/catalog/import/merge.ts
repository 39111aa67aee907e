import { sql } from 'drizzle-orm';
import type { Tx } from '../../db/index.ts';

/** Makes the staging table of one import; it is gone with its transaction. */
export async function createStaging(tx: Tx): Promise<void> {
  await tx.execute(sql`set local statement_timeout = '300s'`);
  await tx.execute(sql`
    create temp table staged (
      ord int primary key, line int not null, entry_key text not null, addr text not null, name text not null,
      grp text not null, sort_number int, provided jsonb not null, channel_id uuid not null, source_id uuid not null,
      url_enc text not null, headers_enc text, match_id uuid, change text
    ) on commit drop`);
}

/** Adds rows that the list reader wrote as JSON. */
export async function stageRows(tx: Tx, rows: string): Promise<void> {
  await tx.execute(sql`
    insert into staged select * from jsonb_to_recordset(${rows}::jsonb) as row(
      ord int, line int, entry_key text, addr text, name text, grp text, sort_number int, provided jsonb,
      channel_id uuid, source_id uuid, url_enc text, headers_enc text)`);
}

/** The M3U provider whose list this is: at least half of the longer of the two lists is in both. */
export async function ownerOfEntries(tx: Tx): Promise<string | null> {
  await tx.execute(sql`analyze staged`);
  const { rows } = await tx.execute<{ id: string }>(sql`
    select p.id from provider p
    join channel c on c.provider_id = p.id
    left join staged s on s.entry_key = c.entry_key
    where p.kind = 'm3u' and c.entry_key is not null
    group by p.id
    having count(s.ord) * 2 >= greatest(count(*) filter (where not c.missing), (select count(*) from staged))
    order by count(s.ord) desc limit 1`);
  return rows[0]?.id ?? null;
}

/**
 * Finds for each staged row the channel it already is: the same address and name, else the same address in order
 * (contracts.md §3), and marks what would happen to it.
 */
export async function matchRows(tx: Tx, providerId: string): Promise<void> {
  await tx.execute(sql`analyze staged`);
  await tx.execute(sql`
    update staged s set match_id = c.id from channel c
    where c.provider_id = ${providerId} and c.entry_key = s.entry_key`);
  await tx.execute(sql`
    with free_rows as (
      select ord, addr, row_number() over (partition by addr order by ord) as nth from staged where match_id is null
    ), free_channels as (
      select c.id, split_part(c.entry_key, ':', 1) as addr,
        row_number() over (partition by split_part(c.entry_key, ':', 1) order by c.num) as nth
      from channel c
      where c.provider_id = ${providerId} and c.entry_key is not null
        and not exists (select 1 from staged s where s.match_id = c.id)
    )
    update staged s set match_id = f.id
    from free_rows r join free_channels f on f.addr = r.addr and f.nth = r.nth
    where s.ord = r.ord`);
  await tx.execute(sql`analyze staged`);
  await tx.execute(sql`
    update staged s set change = case
      when s.match_id is null then 'added'
      when c.provided = s.provided and not c.missing and c.entry_key = s.entry_key then 'same'
      else 'changed' end
    from staged t left join channel c on c.id = t.match_id where t.ord = s.ord`);
}

/** Writes what the marks say: adds, updates, brings back, and marks what is not in the list any more. */
export async function applyRows(tx: Tx, providerId: string): Promise<void> {
  // Before anything is added, so that what is not matched is what vanished.
  await tx.execute(sql`
    update channel c set missing = true, version = c.version + 1, updated_at = now()
    where c.provider_id = ${providerId} and not c.missing and c.entry_key is not null
      and not exists (select 1 from staged s where s.match_id = c.id)`);
  await tx.execute(sql`
    insert into channel (id, provider_id, entry_key, provided, name, group_name, sort_number)
    select channel_id, ${providerId}, entry_key, provided, name, grp, sort_number
    from staged where change = 'added' order by ord`);
  await tx.execute(sql`
    insert into source (id, channel_id, position, kind, url_enc, headers_enc, provided)
    select source_id, channel_id, 0, 'url', url_enc, headers_enc, true from staged where change = 'added' order by ord`);
  await tx.execute(sql`
    update source o set url_enc = s.url_enc, headers_enc = s.headers_enc
    from staged s join channel c on c.id = s.match_id
    where s.change = 'changed' and o.channel_id = c.id and o.provided
      and c.provided->>'sourceHash' is distinct from s.provided->>'sourceHash'`);
  await tx.execute(sql`
    update channel c set entry_key = s.entry_key, provided = s.provided, missing = false,
      name = coalesce(c.overrides->>'name', s.name),
      group_name = coalesce(c.overrides->>'group', s.grp),
      sort_number = case when c.overrides ? 'chno' then c.sort_number else s.sort_number end,
      version = c.version + 1, updated_at = now()
    from staged s where s.change = 'changed' and c.id = s.match_id`);
}

export type Counts = { added: number; changed: number; unchanged: number; missing: number; before: number };

/** What the marks amount to; `missing` are the channels that vanish with this import. */
export async function countRows(tx: Tx, providerId: string | null): Promise<Counts> {
  const { rows } = await tx.execute<Record<keyof Counts, number>>(sql`
    select count(*) filter (where change = 'added')::int as added,
      count(*) filter (where change = 'changed')::int as changed,
      count(*) filter (where change = 'same')::int as unchanged,
      (select count(*) from channel c where c.provider_id = ${providerId} and c.entry_key is not null
        and not c.missing)::int as before,
      (select count(*) from channel c where c.provider_id = ${providerId} and c.entry_key is not null
        and not c.missing and not exists (select 1 from staged s where s.match_id = c.id))::int as missing
    from staged`);
  return rows[0] ?? { added: 0, changed: 0, unchanged: 0, missing: 0, before: 0 };
}

export type SampleRow = { line: number; name: string; group: string };

/** The first entries that an import adds. */
export async function addedSamples(tx: Tx, limit: number): Promise<SampleRow[]> {
  const { rows } = await tx.execute<SampleRow>(sql`
    select line, name, grp as group from staged where change = 'added' order by ord limit ${limit}`);
  return rows;
}

/** The first entries that an import changes, each with the names of the fields. */
export async function changedSamples(tx: Tx, limit: number): Promise<(SampleRow & { fields: string[] })[]> {
  const { rows } = await tx.execute<SampleRow & { fields: string[] }>(sql`
    select s.line, s.name, s.grp as group, array_remove(array[
      case when s.provided->>'name' is distinct from c.provided->>'name' then 'name' end,
      case when s.provided->>'group' is distinct from c.provided->>'group' then 'group' end,
      case when s.provided->>'chno' is distinct from c.provided->>'chno' then 'chno' end,
      case when s.provided->>'tvgId' is distinct from c.provided->>'tvgId' then 'tvgId' end,
      case when s.provided->>'tvgName' is distinct from c.provided->>'tvgName' then 'tvgName' end,
      case when s.provided->>'logo' is distinct from c.provided->>'logo' then 'logo' end,
      case when s.provided->'attributes' is distinct from c.provided->'attributes' then 'attributes' end,
      case when s.provided->>'sourceHash' is distinct from c.provided->>'sourceHash' then 'source' end,
      case when c.missing then 'missing' end], null) as fields
    from staged s join channel c on c.id = s.match_id
    where s.change = 'changed' order by s.ord limit ${limit}`);
  return rows;
}
