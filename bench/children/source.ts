import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeLoopClip, repetition } from '../support/clip.ts';

/** Plays one clip without an end to everybody who asks, in real time and each from another place of it. */
export type SourceInput = { seconds: number };
export type SourceAnswer = { port: number; bitsPerSecond: number };

const STEP_MS = 40;
const GOLDEN = 0.618;

const [{ seconds }] = (await once(process, 'message')) as [SourceInput];
const clip = makeLoopClip(seconds);
const repetitions = new Map<number, Buffer>();

function repeated(n: number): Buffer {
  const known = repetitions.get(n);
  if (known) return known;
  const made = repetition(clip, n);
  repetitions.set(n, made);
  for (const old of repetitions.keys()) if (old < n - 1) repetitions.delete(old);
  return made;
}

const bytesPerMs = clip.bytes.length / (clip.durationS * 1000);
let connections = 0;
const server = http.createServer((_req, res) => {
  res.writeHead(200, { 'Content-Type': 'video/mp2t' });
  const phaseMs = ((connections++ * GOLDEN) % 1) * clip.durationS * 1000;
  let sent = aligned(phaseMs * bytesPerMs);
  const begun = performance.now() - phaseMs;
  const timer = setInterval(() => {
    const due = aligned((performance.now() - begun) * bytesPerMs);
    while (sent < due) {
      const n = Math.floor(sent / clip.bytes.length);
      const from = sent % clip.bytes.length;
      const size = Math.min(due - sent, clip.bytes.length - from);
      res.write(repeated(n).subarray(from, from + size));
      sent += size;
    }
  }, STEP_MS);
  res.on('close', () => clearInterval(timer));
});
const aligned = (bytes: number): number => Math.floor(bytes / 188) * 188;

server.listen(0, '127.0.0.1', () =>
  process.send?.({ port: (server.address() as AddressInfo).port, bitsPerSecond: clip.bitsPerSecond }),
);
process.on('disconnect', () => process.exit(0));
