import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { createLog } from './log.ts';

const dataDir = mkdtempSync(path.join(os.tmpdir(), 'log-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** Takes one line at a time, late, as a terminal under load does. */
class SlowTerminal extends Writable {
  text = '';
  override _write(chunk: unknown, _encoding: string, done: () => void) {
    this.text += String(chunk);
    setImmediate(done);
  }
}

test('closing writes every line that was said, to the terminal and to the file', async () => {
  const stdout = new SlowTerminal();
  const { log, close } = createLog({ level: 'info', dataDir, stdout });
  for (let i = 0; i < 500; i++) log.info({ i }, 'a line');
  log.debug('not at this level');
  await close();
  log.info('after closing nothing breaks');
  const file = readFileSync(path.join(dataDir, 'logs', 'siaran.log'), 'utf8');
  for (const text of [stdout.text, file]) {
    const rows = text.trim().split('\n').slice(0, 500);
    expect(rows.map((row) => JSON.parse(row).i)).toEqual(Array.from({ length: 500 }, (_, i) => i));
    expect(text).not.toContain('not at this level');
  }
});

test('WEB-10 secrets in fields and in addresses are not written', async () => {
  const stdout = new SlowTerminal();
  const { log, close } = createLog({ level: 'info', dataDir: null, stdout });
  log.info({ password: 'word1', body: { token: 'word2' }, cookie: 'word3' }, 'GET /playlist.m3u?token=word4');
  log.warn({ error: 'http://me:word5@host/live failed' }, 'a source failed');
  await close();
  expect(stdout.text).not.toMatch(/word\d/);
  expect(stdout.text.split('***').length).toBeGreaterThan(4);
});
