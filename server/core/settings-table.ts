import { z } from 'zod';
import { QUALITY_CHOICES } from '../../lib/contract/live-info.ts';
import { STREAM_BOUNDS } from '../../lib/contract/stream-settings.ts';
import type { Setting } from '../../lib/contract/system.ts';
import { isAddressRules } from './address-rules.ts';

type Kind = Setting['kind'];
type Group = Setting['group'];

export type SettingDef<T> = {
  readonly env: string;
  readonly group: Group;
  readonly label: string;
  readonly hint: string;
  readonly kind: Kind;
  readonly unit: string | null;
  readonly default: T;
  readonly schema: z.ZodType<T>;
  readonly choices: readonly string[] | null;
  readonly min: number | null;
  readonly max: number | null;
  /** True when an admin may change it in the panel; false when only the environment can. */
  readonly runtime: boolean;
};

type Words = { group: Group; label: string; hint: string; unit?: string; runtime?: boolean };

const text = <D extends string | null>(
  env: string,
  fallback: D,
  words: Words,
  schema?: z.ZodType<string>,
): SettingDef<string | D> => ({
  env,
  group: words.group,
  label: words.label,
  hint: words.hint,
  unit: words.unit ?? null,
  kind: 'string',
  default: fallback,
  schema: (fallback === null ? (schema ?? z.string()).nullable() : (schema ?? z.string())) as z.ZodType<
    string | D
  >,
  choices: null,
  min: null,
  max: null,
  runtime: words.runtime ?? false,
});

const whole = (
  env: string,
  fallback: number,
  min: number,
  max: number,
  words: Words,
): SettingDef<number> => ({
  ...base(env, words, 'integer'),
  default: fallback,
  schema: z.number().int().min(min).max(max),
  min,
  max,
});

const bounded = (env: string, fallback: number, { min, max }: { min: number; max: number }, words: Words) =>
  whole(env, fallback, min, max, words);

const flag = (env: string, fallback: boolean, words: Words): SettingDef<boolean> => ({
  ...base(env, words, 'boolean'),
  default: fallback,
  schema: z.boolean(),
});

const oneOf = <const T extends readonly string[]>(
  env: string,
  choices: T,
  fallback: T[number],
  words: Words,
): SettingDef<T[number]> => ({
  ...base(env, words, 'choice'),
  default: fallback,
  schema: z.enum(choices) as unknown as z.ZodType<T[number]>,
  choices,
});

const list = (
  env: string,
  words: Words,
  check?: (value: string) => boolean,
  expected?: string,
): SettingDef<string> => ({
  ...base(env, words, 'list'),
  default: '',
  schema: z.string().refine((value) => !check || check(value), { error: expected ?? 'is not valid' }),
});

function base(env: string, words: Words, kind: Kind) {
  return {
    env,
    kind,
    group: words.group,
    label: words.label,
    hint: words.hint,
    unit: words.unit ?? null,
    choices: null,
    min: null,
    max: null,
    runtime: words.runtime ?? false,
  };
}

const isUrl = (value: string) => /^https?:\/\/[^\s/]+/.test(value) && URL.canParse(value);
const url = z.string().refine(isUrl, { error: 'is an address beginning with http:// or https://' });

/** The one table of settings (contracts.md §10): `.env.example`, the Settings page and the checks are made from it. */
export const SETTINGS = {
  port: whole('PORT', 8080, 0, 65_535, {
    group: 'server',
    label: 'Port',
    hint: 'TCP port the panel listens on.',
  }),
  host: text('HOST', '0.0.0.0', {
    group: 'server',
    label: 'Listen address',
    hint: 'Address the panel listens on; 127.0.0.1 keeps it on this machine.',
  }),
  publicUrl: text(
    'PUBLIC_URL',
    null,
    {
      group: 'server',
      label: 'Public address',
      hint: 'Address under which people open the panel, behind a proxy for example.',
    },
    url,
  ),
  trustProxy: list(
    'TRUST_PROXY',
    {
      group: 'server',
      label: 'Trusted proxies',
      hint: 'Addresses of proxies whose X-Forwarded headers are read, as a CIDR list.',
    },
    isAddressRules,
    'is a list of addresses such as 10.0.0.0/8',
  ),
  dataDir: text('DATA_DIR', './data', {
    group: 'server',
    label: 'Data folder',
    hint: 'Database, uploads, videos, logs and secrets live here.',
  }),
  databaseUrl: text(
    'DATABASE_URL',
    null,
    { group: 'server', label: 'Database', hint: 'PostgreSQL to use instead of the embedded one.' },
    z.string().regex(/^postgres(?:ql)?:\/\//, 'begins with postgres://'),
  ),
  logLevel: oneOf('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace'], 'info', {
    group: 'server',
    label: 'Log level',
    hint: 'How much is written to the log.',
  }),
  secret: text(
    'SIARAN_SECRET',
    null,
    {
      group: 'server',
      label: 'Master secret',
      hint: 'Signs links and encrypts stored passwords; made once in the data folder when empty. SIARAN_SECRET_FILE names a file instead.',
    },
    z.string().min(32, 'has at least 32 characters'),
  ),
  role: oneOf('SIARAN_ROLE', ['all', 'web', 'worker'], 'all', {
    group: 'server',
    label: 'Role',
    hint: 'all does everything. web leaves the converting of videos to workers. worker only converts, beside an all or a web on the same data folder and database.',
  }),
  installSystem: flag('SIARAN_INSTALL_SYSTEM', true, {
    group: 'server',
    label: 'Install system packages',
    hint: 'Whether npm start may install ffmpeg with the system’s package manager.',
  }),
  adminEmail: text(
    'ADMIN_EMAIL',
    null,
    {
      group: 'access',
      label: 'First admin',
      hint: 'Creates the first admin without the setup page, together with ADMIN_PASSWORD.',
    },
    z.email('is an e-mail address'),
  ),
  adminPassword: text(
    'ADMIN_PASSWORD',
    null,
    { group: 'access', label: 'First admin’s password', hint: 'Used once, when there are no users.' },
    z.string().min(10, 'has at least 10 characters'),
  ),
  allowSources: list(
    'ALLOW_SOURCES',
    {
      group: 'access',
      label: 'Private sources',
      hint: 'Private addresses that sources may use, such as 192.168.1.0/24 or 127.0.0.1/32:19000.',
    },
    isAddressRules,
    'is a list such as 10.0.0.0/8, 127.0.0.1/32:19000, [fd00::]/8:8080',
  ),
  allowedOrigins: list(
    'ALLOWED_ORIGINS',
    {
      group: 'access',
      label: 'Allowed origins',
      hint: 'Other sites that may embed the player or call the API.',
    },
    (v) =>
      v
        .split(/[\s,]+/)
        .filter(Boolean)
        .every(isUrl),
    'is a list of origins such as https://example.org',
  ),
  streamAccess: oneOf('STREAM_ACCESS', ['signed', 'public'], 'signed', {
    group: 'access',
    label: 'Stream access',
    hint: 'signed: every media address carries a signature. public: anybody who knows an address can watch.',
  }),
  mediaUrlTtlSeconds: whole('MEDIA_URL_TTL', 21_600, 60, 604_800, {
    group: 'access',
    label: 'Link lifetime',
    hint: 'How long a media link of the panel lasts; the player renews it.',
    unit: 's',
    runtime: true,
  }),
  metricsToken: text(
    'METRICS_TOKEN',
    null,
    {
      group: 'access',
      label: 'Metrics token',
      hint: 'Lets a Prometheus read /metrics and /stats with this bearer token.',
    },
    z.string().min(16, 'has at least 16 characters'),
  ),
  ffmpegPath: text('FFMPEG_PATH', 'ffmpeg', {
    group: 'video',
    label: 'ffmpeg',
    hint: 'Program used for converting.',
  }),
  ffprobePath: text('FFPROBE_PATH', 'ffprobe', {
    group: 'video',
    label: 'ffprobe',
    hint: 'Program used for looking into files.',
  }),
  ffmpegThreads: whole('FFMPEG_THREADS', 0, 0, 256, {
    group: 'video',
    label: 'Encoder threads',
    hint: 'Threads of one encoder; 0 lets it choose.',
    runtime: true,
  }),
  encoderLimit: whole('ENCODER_LIMIT', 0, 0, 64, {
    group: 'video',
    label: 'Encoders at once',
    hint: 'How many live qualities are made, and how many videos converted, at the same time; 0 decides by the machine: 4 live qualities for each core, one video.',
  }),
  maxQuality: oneOf('MAX_QUALITY', ['360p', '480p', '720p', '1080p', '1440p', '2160p'], '1080p', {
    group: 'live',
    label: 'Best quality',
    hint: 'Highest picture taken from a source that offers several.',
    runtime: true,
  }),
  defaultQuality: oneOf('DEFAULT_QUALITY', QUALITY_CHOICES, '720p', {
    group: 'live',
    label: 'First quality',
    hint: 'What a live channel starts with while the viewer has not chosen; on a slow line the player goes lower by itself.',
    runtime: true,
  }),
  hlsEnabled: flag('HLS_ENABLED', true, {
    group: 'video',
    label: 'Adaptive streaming',
    hint: 'Makes HLS qualities; off stops after the MP4.',
    runtime: true,
  }),
  hlsSegmentSeconds: whole('HLS_SEGMENT_DURATION', 6, 2, 12, {
    group: 'video',
    label: 'Segment length',
    hint: 'Of videos converted from now on; finished ones stay as they are.',
    unit: 's',
    runtime: true,
  }),
  liveSegmentSeconds: bounded('LIVE_SEGMENT_DURATION', 4, STREAM_BOUNDS.segmentSeconds, {
    group: 'live',
    label: 'Live segment length',
    hint: 'Shorter is closer to live, longer is calmer on slow lines. A channel may have its own.',
    unit: 's',
    runtime: true,
  }),
  streamIdleTimeoutSeconds: bounded('STREAM_IDLE_TIMEOUT', 30, STREAM_BOUNDS.idleTimeoutSeconds, {
    group: 'live',
    label: 'Idle timeout',
    hint: 'How long a channel without viewers keeps its source. A channel may have its own.',
    unit: 's',
    runtime: true,
  }),
  relayBufferBytes: bounded('RELAY_BUFFER_SIZE', 2_097_152, STREAM_BOUNDS.bufferBytes, {
    group: 'live',
    label: 'Relay buffer',
    hint: 'Memory per running channel; it grows to hold the newest keyframe, to 8 MB at most. A channel may have its own.',
    unit: 'bytes',
    runtime: true,
  }),
  videoCacheBytes: whole('VIDEO_CACHE_SIZE', 1_073_741_824, 0, 1_099_511_627_776, {
    group: 'video',
    label: 'Segment cache',
    hint: 'Memory for segments that are watched now; never more than a quarter of the machine.',
    unit: 'bytes',
  }),
  videoCacheEnabled: flag('VIDEO_CACHE_ENABLED', true, {
    group: 'video',
    label: 'Cache segments in memory',
    hint: 'Off reads every segment from disk.',
  }),
  diskBudgetBytes: whole('DISK_BUDGET', 0, 0, 109_951_162_777_600, {
    group: 'video',
    label: 'Disk for what can be made again',
    hint: 'MP4s that were made because somebody asked for them: beyond this the ones not used for longest go, and are made again when somebody asks. 0 keeps them until the disk runs short.',
    unit: 'bytes',
    runtime: true,
  }),
  keepMp4: flag('KEEP_MP4', false, {
    group: 'video',
    label: 'Keep an MP4 of each quality',
    hint: 'Makes them with the video, and never removes them. Otherwise only the best quality has one from the beginning; the others are made on their first request.',
    runtime: true,
  }),
  uploadChunkBytes: whole('UPLOAD_CHUNK_SIZE', 67_108_864, 1_048_576, 1_073_741_824, {
    group: 'uploads',
    label: 'Upload chunk',
    hint: 'Size of one upload request; smaller helps behind strict proxies.',
    unit: 'bytes',
    runtime: true,
  }),
  uploadMaxBytes: whole('UPLOAD_MAX_SIZE', 107_374_182_400, 1_048_576, 10_995_116_277_760, {
    group: 'uploads',
    label: 'Largest upload',
    hint: 'Files above this are refused before the first byte.',
    unit: 'bytes',
    runtime: true,
  }),
  uploadsPerUser: whole('UPLOADS_PER_USER', 500, 1, 100_000, {
    group: 'uploads',
    label: 'Unfinished uploads per person',
    hint: 'Each part of a parallel upload counts as one.',
    runtime: true,
  }),
  uploadBytesPerUser: whole('UPLOAD_BYTES_PER_USER', 1_099_511_627_776, 1_048_576, 109_951_162_777_600, {
    group: 'uploads',
    label: 'Unfinished bytes per person',
    hint: 'What all unfinished uploads of one person may be together, as they were announced.',
    unit: 'bytes',
    runtime: true,
  }),
} as const;

export type SettingKey = keyof typeof SETTINGS;
export type SettingValues = {
  [K in SettingKey]: (typeof SETTINGS)[K] extends SettingDef<infer T> ? T : never;
};

export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[];
