import { z } from 'zod';
import { page, Timestamp } from './common.ts';
import { QualityChoice } from './live-info.ts';
import { Role } from './roles.ts';

export const PASSWORD_MIN = 10;
export const Password = z.string().min(PASSWORD_MIN, `Use at least ${PASSWORD_MIN} characters.`).max(200);

export const SetupStatus = z.object({ needed: z.boolean() });
export const SetupRequest = z.object({
  code: z.string().max(100),
  stationName: z.string().trim().min(1, 'Give your station a name.').max(80),
  email: z.email('This is not an e-mail address.'),
  password: Password,
});
/** What the setup page shows at its foot. */
export const SetupChecks = z.object({
  checks: z.array(
    z.object({
      id: z.enum(['database', 'ffmpeg', 'disk', 'address']),
      label: z.string(),
      ok: z.boolean(),
      detail: z.string(),
    }),
  ),
});
export const SignIn = z.object({
  email: z.email('This is not an e-mail address.'),
  password: z.string().min(1).max(200),
});

export const Me = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: Role,
  stationName: z.string(),
  /** How much of a file one upload request may carry (UPLOAD_CHUNK_SIZE). */
  uploadChunkBytes: z.int().positive(),
  /** What a live channel starts with while nobody has chosen (DEFAULT_QUALITY). */
  defaultQuality: QualityChoice,
});
export type Me = z.infer<typeof Me>;

export const User = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: Role,
  disabled: z.boolean(),
  createdAt: Timestamp,
  lastSeenAt: Timestamp.nullable(),
});
export type User = z.infer<typeof User>;
export const UserList = page(User);
export const UserCreate = z.object({
  name: z.string().trim().min(1).max(100),
  email: z.email('This is not an e-mail address.'),
  password: Password,
  role: Role,
});
export const UserPatch = z
  .object({ name: z.string().trim().min(1).max(100), role: Role, disabled: z.boolean(), password: Password })
  .partial();

/** A line: the play-only credential that stands in M3U addresses; re-showable to its owner, renewable. */
export const Line = z.object({
  id: z.string(),
  token: z.string(),
  m3u: z.object({ hls: z.string(), ts: z.string() }),
  createdAt: Timestamp,
});
export type Line = z.infer<typeof Line>;

export const ApiToken = z.object({
  id: z.string(),
  name: z.string(),
  role: Role,
  prefix: z.string(),
  createdAt: Timestamp,
  lastUsedAt: Timestamp.nullable(),
});
export type ApiToken = z.infer<typeof ApiToken>;
export const ApiTokenList = page(ApiToken);
export const ApiTokenCreate = z.object({ name: z.string().trim().min(1).max(100), role: Role });
/** The token itself is in the answer to its making and nowhere else. */
export const ApiTokenCreated = ApiToken.extend({ token: z.string() });
