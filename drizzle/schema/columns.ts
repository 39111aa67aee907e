import { sql } from 'drizzle-orm';
import { bigint, pgSequence, timestamp, uuid } from 'drizzle-orm/pg-core';
import { v7 } from 'uuid';

/** One sequence numbers every playable: channels, videos, later movies and episodes (contracts.md §1). */
export const playableNum = pgSequence('playable_num', { startWith: 1 });

export const id = () =>
  uuid('id')
    .primaryKey()
    .$defaultFn(() => v7());
export const num = () =>
  bigint('num', { mode: 'number' }).notNull().unique().default(sql`nextval('playable_num')`);
export const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
export const createdAt = () => at('created_at').notNull().defaultNow();
export const updatedAt = () => at('updated_at').notNull().defaultNow();
export const bytes = (name: string) => bigint(name, { mode: 'number' });
