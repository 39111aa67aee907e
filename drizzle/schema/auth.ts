import { boolean, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { at, createdAt, id, updatedAt } from './columns.ts';

/** People (better-auth's user, plus role). */
export const user = pgTable('user', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  email: text('email').notNull().unique(),
  emailVerified: boolean('email_verified').notNull().default(false),
  image: text('image'),
  role: text('role', { enum: ['admin', 'editor', 'viewer'] })
    .notNull()
    .default('viewer'),
  disabled: boolean('disabled').notNull().default(false),
  /** Last time the person used the panel, an API token or the line; written at most once a minute. */
  lastSeenAt: at('last_seen_at'),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

/** Signed-in browsers (better-auth's session). */
export const session = pgTable(
  'session',
  {
    id: text('id').primaryKey(),
    token: text('token').notNull().unique(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    expiresAt: at('expires_at').notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [index('session_user').on(t.userId)],
);

/** How a person signs in (better-auth's account); holds the password hash. */
export const account = pgTable(
  'account',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id').notNull(),
    providerId: text('provider_id').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: at('access_token_expires_at'),
    refreshTokenExpiresAt: at('refresh_token_expires_at'),
    scope: text('scope'),
    password: text('password'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [index('account_user').on(t.userId)],
);

/** Short-lived proofs (better-auth's verification). */
export const verification = pgTable('verification', {
  id: text('id').primaryKey(),
  identifier: text('identifier').notNull(),
  value: text('value').notNull(),
  expiresAt: at('expires_at').notNull(),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

/** Tokens of machines: only the hash is kept; the token is shown once. */
export const apiToken = pgTable('api_token', {
  id: id(),
  name: text('name').notNull(),
  hash: text('hash').notNull().unique(),
  prefix: text('prefix').notNull(),
  role: text('role', { enum: ['admin', 'editor', 'viewer'] }).notNull(),
  userId: text('user_id')
    .notNull()
    .references(() => user.id, { onDelete: 'cascade' }),
  lastUsedAt: at('last_used_at'),
  createdAt: createdAt(),
});

/** Play-only credentials that stand in M3U addresses: found by hash, shown again from the encrypted copy. */
export const line = pgTable('line', {
  id: id(),
  userId: text('user_id')
    .notNull()
    .unique()
    .references(() => user.id, { onDelete: 'cascade' }),
  hash: text('hash').notNull().unique(),
  tokenEnc: text('token_enc').notNull(),
  maxConnections: integer('max_connections'),
  createdAt: createdAt(),
});
