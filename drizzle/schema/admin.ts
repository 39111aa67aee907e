import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, id, updatedAt } from './columns.ts';

/** What an admin set in the panel; the environment wins over it (contracts.md §10). */
export const setting = pgTable('setting', {
  key: text('key').primaryKey(),
  value: jsonb('value').$type<string | number | boolean>().notNull(),
  updatedAt: updatedAt(),
});

/** Facts of this installation: station name, fingerprint of the secret. */
export const station = pgTable('station', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
});

/** The audit trail: what happened, to what, by whom. */
export const event = pgTable(
  'event',
  {
    id: id(),
    name: text('name').notNull(),
    userId: text('user_id'),
    payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
    createdAt: createdAt(),
  },
  (t) => [index('event_created').on(t.createdAt)],
);
