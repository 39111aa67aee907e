import { randomBytes } from 'node:crypto';
import { appendFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { type CDPSession, expect, type Page } from '@playwright/test';
import { makeClip } from '../support/media.ts';
import { sha256Of } from '../support/tus.ts';

export const MIB = 1024 * 1024;
const SLOW_BYTES_PER_SECOND = MIB / 2;

/** A short clip with an unused box of noise at its end (ISO/IEC 14496-12 §8.1.2): quickly made ready, slowly sent. */
export async function bigClip(dir: string, name: string, megabytes: number): Promise<string> {
  const file = await makeClip(path.join(dir, name), { seconds: 1, size: '320x240' });
  const head = Buffer.alloc(8);
  head.writeUInt32BE(megabytes * MIB + 8);
  head.write('free', 4);
  appendFileSync(file, Buffer.concat([head, randomBytes(megabytes * MIB)]));
  return file;
}

/** The file on the server's disk is the one that was sent, byte for byte. */
export async function expectSame(dataDir: string, videoId: string, file: string): Promise<void> {
  const raw = path.join(dataDir, 'raw', videoId);
  const stored = statSync(raw).isDirectory() ? path.join(raw, readdirSync(raw)[0] ?? '') : raw;
  expect(await sha256Of(stored)).toBe(await sha256Of(file));
}

export type Line = { slow(): Promise<void>; fast(): Promise<void> };

/** The page's line to the server: as slow as one at home, or as it is. */
export async function lineOf(page: Page): Promise<Line> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const limit = (uploadThroughput: number) =>
    session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput,
    });
  return { slow: () => limit(SLOW_BYTES_PER_SECOND).then(), fast: () => limit(-1).then() };
}

export type Sent = { method: string; path: string; offset: number };

/** Every request of an upload: what it asked for, and from which byte on it sent. */
export function watchUploads(page: Page): Sent[] {
  const sent: Sent[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (!pathname.startsWith('/files')) return;
    const offset = Number(request.headers()['upload-offset'] ?? 0);
    sent.push({ method: request.method(), path: pathname, offset });
  });
  return sent;
}
