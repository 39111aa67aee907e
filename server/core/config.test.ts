import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError, type Env, loadConfig } from './config.ts';
import { SETTING_KEYS, SETTINGS, type SettingDef } from './settings-table.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function problems(env: Env): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('defaults', () => {
  test('nothing has to be set', () => {
    const config = loadConfig({});
    expect(config.values).toMatchObject({
      port: 8080,
      host: '0.0.0.0',
      streamAccess: 'signed',
      publicUrl: null,
    });
    expect(config.fixed.size).toBe(0);
    expect(config.dataDir).toBe(path.resolve('data'));
  });

  test('an empty value counts as not set', () => {
    expect(loadConfig({ PORT: '', PUBLIC_URL: '' }).fixed.size).toBe(0);
  });

  test('nobody can change the configuration after it was read', () => {
    const config = loadConfig({});
    expect(() => Object.assign(config.values, { port: 1 })).toThrow(TypeError);
    expect(() => Object.assign(config, { dataDir: '/' })).toThrow(TypeError);
  });
});

describe('values', () => {
  const good: [env: Env, key: (typeof SETTING_KEYS)[number], value: unknown][] = [
    [{ PORT: '0' }, 'port', 0],
    [{ PORT: '65535' }, 'port', 65_535],
    [{ HLS_ENABLED: 'off' }, 'hlsEnabled', false],
    [{ HLS_ENABLED: 'YES' }, 'hlsEnabled', true],
    [{ VIDEO_CACHE_ENABLED: '0' }, 'videoCacheEnabled', false],
    [{ LOG_LEVEL: 'debug' }, 'logLevel', 'debug'],
    [{ PUBLIC_URL: 'https://tv.example.org:8443' }, 'publicUrl', 'https://tv.example.org:8443'],
    [{ ALLOW_SOURCES: '10.0.0.0/8, [fd00::]/8:8080' }, 'allowSources', '10.0.0.0/8, [fd00::]/8:8080'],
    [{ ALLOWED_ORIGINS: 'https://a.test https://b.test' }, 'allowedOrigins', 'https://a.test https://b.test'],
    [{ DATABASE_URL: 'postgresql://u@h/db' }, 'databaseUrl', 'postgresql://u@h/db'],
    [{ STREAM_IDLE_TIMEOUT: '5' }, 'streamIdleTimeoutSeconds', 5],
  ];
  test.each(good)('%o is taken', (env, key, value) => {
    const config = loadConfig(env);
    expect(config.values[key]).toBe(value);
    expect([...config.fixed]).toEqual([key]);
  });

  const bad: [env: Env, words: string][] = [
    [{ PORT: '70000' }, 'PORT: "70000" does not work; the right value is a whole number from 0 to 65535'],
    [{ PORT: '-1' }, 'whole number'],
    [{ PORT: '80.5' }, 'whole number'],
    [{ PORT: '0x50' }, 'whole number'],
    [{ PORT: ' 80' }, 'whole number'],
    [{ PORT: '9'.repeat(30) }, 'whole number'],
    [{ MEDIA_URL_TTL: '5' }, 'from 60 to 604800 (s)'],
    [{ HLS_ENABLED: 'maybe' }, 'true or false'],
    [{ LOG_LEVEL: 'loud' }, 'one of fatal, error, warn, info, debug, trace'],
    [{ STREAM_ACCESS: 'PUBLIC' }, 'one of signed, public'],
    [{ PUBLIC_URL: 'tv.example.org' }, 'http:// or https://'],
    [{ PUBLIC_URL: 'ftp://tv.example.org' }, 'http:// or https://'],
    [{ TRUST_PROXY: 'proxy' }, '10.0.0.0/8'],
    [{ ALLOW_SOURCES: 'localhost' }, '127.0.0.1/32:19000'],
    [{ ALLOWED_ORIGINS: 'example.org' }, 'https://example.org'],
    [{ DATABASE_URL: 'mysql://h' }, 'postgres://'],
    [{ ADMIN_EMAIL: 'me', ADMIN_PASSWORD: 'long enough 1' }, 'e-mail'],
    [{ ADMIN_EMAIL: 'me@example.org' }, 'go together'],
    [{ ADMIN_PASSWORD: 'long enough 1' }, 'go together'],
  ];
  test.each(bad)('%o is refused with the values that would work', (env, words) => {
    expect(problems(env)).toHaveLength(1);
    expect(problems(env)[0]).toContain(words);
  });

  test('all problems are told at once, in one message', () => {
    const env = { PORT: 'x', LOG_LEVEL: 'y', PUBLIC_URL: 'z' };
    expect(problems(env)).toHaveLength(3);
    expect(() => loadConfig(env)).toThrow(/3 problems:\n {2}- PORT.*\n {2}- PUBLIC_URL.*\n {2}- LOG_LEVEL/);
  });

  test('WEB-06 a wrong secret is named but not shown', () => {
    const secret = 'hunter2';
    const env = {
      SIARAN_SECRET: secret,
      ADMIN_PASSWORD: secret,
      ADMIN_EMAIL: 'me@example.org',
      METRICS_TOKEN: secret,
      DATABASE_URL: `mysql://me:${secret}@host`,
    };
    expect(problems(env)).toHaveLength(4);
    expect(problems(env).join()).not.toContain(secret);
  });
});

describe('values from files', () => {
  test('NAME_FILE is read and trimmed', () => {
    const file = path.join(folder, 'secret');
    writeFileSync(file, `${'s'.repeat(40)}\n`);
    const config = loadConfig({ SIARAN_SECRET_FILE: file });
    expect(config.values.secret).toBe('s'.repeat(40));
    expect(config.fixed.has('secret')).toBe(true);
  });

  test('the plain variable wins over the file', () => {
    expect(loadConfig({ PORT: '1', PORT_FILE: path.join(folder, 'gone') }).values.port).toBe(1);
  });

  test('a file that cannot be read is a problem', () => {
    expect(problems({ SIARAN_SECRET_FILE: path.join(folder, 'gone') })[0]).toContain('cannot be read');
  });
});

describe('the table', () => {
  test('every default passes its own check', () => {
    for (const key of SETTING_KEYS) {
      const def = SETTINGS[key] as SettingDef<unknown>;
      expect(def.schema.safeParse(def.default).success, def.env).toBe(true);
    }
  });

  test('no two settings share a name, and every hint is a sentence', () => {
    const names = SETTING_KEYS.map((key) => SETTINGS[key].env);
    expect(new Set(names).size).toBe(names.length);
    for (const key of SETTING_KEYS) expect(SETTINGS[key].hint).toMatch(/^\S.+\.$/);
  });
});
