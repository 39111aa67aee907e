import type { SQL } from 'drizzle-orm';
import { sql } from 'drizzle-orm';
import type { Db, Tx } from '../../db/index.ts';
import { LOCKS } from '../../db/lock-numbers.ts';
import { LIVING_OWNERS } from '../owner.ts';
import { FAIR } from './rows.ts';

/** A piece that this process has taken. */
export type Claim = {
  id: string;
  videoId: string;
  gen: number;
  kind: 'pictures' | 'sound';
  track: number;
  from: number;
  to: number | null;
  /** Times it was begun since it last brought a segment, this one included. */
  attempt: number;
};

/** So long after the last request for an unmade segment a video counts as watched; the clock may have been set back. */
const WATCHED = sql`coalesce(v.watched_at between now() - interval '30 seconds' and now() + interval '30 seconds', false)`;

/** What each person had made lately, or is having made, in segments. */
const SERVED = sql`
  select w.owner_id, sum(coalesce(q.to_segment, q.from_segment + 20) - q.from_segment) as segments
  from piece q join video w on w.id = q.video_id
  where q.kind = 'pictures'
    and ((q.state in ('done', 'past') and q.ended_at between now() - ${FAIR} and now()) or (q.state = 'taken' and q.owner in (select * from living)))
  group by w.owner_id`;

/** Pieces that one person has running at a time, in all processes together (contracts.md §9). */
const MOST_OF_ONE = 2;
/** Who has that many. What he has paused stands still, and does not count. */
const BUSY = sql`
  select w.owner_id from piece q join video w on w.id = q.video_id
  where q.state = 'taken' and q.owner in (select * from living) and not w.paused
  group by w.owner_id having count(*) >= ${MOST_OF_ONE}`;

/**
 * What is done first: what somebody watches, where he watches it; then whose turn it is among people; then short videos
 * before long ones; and in a video the sound of a place before its pictures, from the beginning on.
 */
const ORDER: SQL = sql`
  ${WATCHED} desc,
  coalesce(s.segments, 0),
  coalesce(v.duration_seconds, 3600),
  v.id,
  (${WATCHED} and coalesce(p.to_segment, 2147483647) > v.watched_segment) desc,
  p.from_segment - (case p.kind when 'sound' then 1 else 0 end), p.track`;

type TakenRow = {
  id: string;
  video_id: string;
  gen: number;
  kind: 'pictures' | 'sound';
  track: number;
  from_segment: number;
  to_segment: number | null;
  attempt: number;
};

/** Takes the piece that is due; null when there is none. Two processes never get the same one. */
export async function claimPiece(db: Db, owner: number): Promise<Claim | null> {
  const row = await db.transaction(async (tx) => {
    // One after another: each sees what the one before has taken, so nobody gets more than his share.
    await tx.execute(sql`select pg_advisory_xact_lock(${LOCKS.pieces})`);
    return await takeDue(tx, owner);
  });
  if (row === null) return null;
  const { id, gen, kind, track, attempt } = row;
  return { id, videoId: row.video_id, gen, kind, track, from: row.from_segment, to: row.to_segment, attempt };
}

async function takeDue(tx: Tx, owner: number): Promise<TakenRow | null> {
  const { rows } = await tx.execute<TakenRow>(sql`
    with living as materialized ${LIVING_OWNERS}, served as (${SERVED}), busy as materialized (${BUSY})
    update piece set state = 'taken', owner = ${owner}, attempt = piece.attempt + 1, started_at = now(), ended_at = null
    where id = (
      select p.id from piece p
      join video v on v.id = p.video_id and v.gen = p.gen
      left join served s on s.owner_id is not distinct from v.owner_id
      where v.state = 'processing' and not v.paused
        and (p.state = 'open' or (p.state = 'taken' and p.owner not in (select * from living)))
        and not exists (select 1 from busy b where b.owner_id is not distinct from v.owner_id)
      order by ${ORDER}
      limit 1
      for update of p skip locked)
    returning *`);
  return rows[0] ?? null;
}
