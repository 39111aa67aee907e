import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuth } from '../../server/auth/index.ts';
import { systemClock } from '../../server/core/clock.ts';
import { fixedSettings, loadConfig } from '../../server/core/config.ts';
import { Events } from '../../server/core/events.ts';
import { silentLog } from '../../server/core/log.ts';
import { secretsFrom } from '../../server/core/secrets.ts';
import { type Database, openDatabase } from '../../server/db/index.ts';
import { createPeer } from '../../server/http/request.ts';
import { PASSWORD } from '../../tests/support/accounts.ts';

const SIARAN = path.resolve(import.meta.dirname, '../../bin/siaran.mjs');
const secret = 'a-secret-of-the-command-line-test-0123456789';
const dataDir = mkdtempSync(path.join(os.tmpdir(), 'siaran-reset-'));
const email = 'root@example.org';
const config = loadConfig({
  DATA_DIR: dataDir,
  SIARAN_SECRET: secret,
  ADMIN_EMAIL: email,
  ADMIN_PASSWORD: PASSWORD,
});
const secrets = secretsFrom(secret);
let running: Database | null = null;

async function open() {
  running = await openDatabase({ config, secrets, log: silentLog() });
  const peer = createPeer({ trustProxy: '', publicUrl: null });
  const settings = fixedSettings(config);
  const ports = {
    db: running.db,
    secrets,
    config,
    settings,
    events: new Events(),
    log: silentLog(),
    clock: systemClock,
    peer,
  };
  return createAuth(ports);
}
async function stop() {
  await running?.close();
  running = null;
}
beforeAll(() => chmodSync(dataDir, 0o711));
afterAll(async () => {
  await stop();
  rmSync(dataDir, { recursive: true, force: true });
});

function siaran(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, DATA_DIR: dataDir, SIARAN_SECRET: secret };
    const child = spawn(process.execPath, [SIARAN, ...args], { env });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.on('close', (code) => resolve({ code, out, err }));
  });
}
const passwordIn = (out: string) => /^ {2}(\S+)$/m.exec(out)?.[1] ?? '';

test('the command gives an admin a new password, beside the running panel and without it', async () => {
  const auth = await open();
  const beside = await siaran('reset-admin', email);
  expect([beside.code, beside.err]).toEqual([0, '']);
  const first = passwordIn(beside.out);
  await expect(auth.signIn({ email, password: PASSWORD }, '::1')).rejects.toThrow();
  expect(await auth.signIn({ email, password: first }, '::1')).toHaveLength(1);
  expect(await running?.ping()).toBe(true);
  const nobody = await siaran('reset-admin', 'nobody@example.org');
  expect([nobody.code, nobody.err]).toEqual([1, 'Nobody has the e-mail address nobody@example.org.\n']);
  auth.close();
  await stop();

  const alone = await siaran('reset-admin', email);
  expect([alone.code, alone.err]).toEqual([0, '']);
  const again = await open();
  await expect(again.signIn({ email, password: first }, '::1')).rejects.toThrow();
  expect(await again.signIn({ email, password: passwordIn(alone.out) }, '::1')).toHaveLength(1);
  again.close();
  await stop();
}, 90_000);

test('a command that does not exist lists those that do', async () => {
  for (const args of [[], ['nonsense'], ['../start'], ['__proto__']]) {
    const { code, err } = await siaran(...args);
    expect([code, err]).toEqual([2, expect.stringContaining('reset-admin')]);
  }
  expect((await siaran('reset-admin')).err).toContain('Usage: siaran reset-admin EMAIL');
});
