import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSupervisor, type Supervisor } from './ffmpeg/supervisor.ts';
import { probe } from './probe.ts';
import { INPUT_NAME } from './untrusted.ts';
import { openWorkroom } from './workroom.ts';

const dir = mkdtempSync(join(tmpdir(), 'siaran-untrusted-'));
const isRoot = process.getuid?.() === 0;
const decoder = isRoot ? { uid: 58_222, gid: 58_222 } : null;
let supervisor: Supervisor;
let canary: Server;
let asked = 0;
let address = '';
beforeAll(async () => {
  supervisor = createSupervisor({
    ...{ ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe', runDir: join(dir, 'run'), decoder },
  });
  canary = createServer((_req, res) => res.end()).on('connection', () => asked++);
  canary.listen(0, '127.0.0.1');
  await once(canary, 'listening');
  address = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/x.ts`;
});
afterAll(async () => {
  await supervisor.close();
  canary.closeAllConnections();
  canary.close();
  rmSync(dir, { recursive: true, force: true });
});

const hls = (uri: string, tag = '') =>
  `#EXTM3U\n#EXT-X-TARGETDURATION:5\n${tag}#EXTINF:5,\n${uri}\n#EXT-X-ENDLIST\n`;
const LISTS: [string, () => string][] = [
  ['an HLS list', () => hls(address)],
  ['an HLS list with a key', () => hls('x.ts', `#EXT-X-KEY:METHOD=AES-128,URI="${address}"\n`)],
  ['an HLS list with a map', () => hls('x.ts', `#EXT-X-MAP:URI="${address}"\n`)],
  ['a master', () => `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${address}\n`],
  ['a concat list', () => `ffconcat version 1.0\nfile '${address}'\n`],
  [
    'a DASH manifest',
    () =>
      `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT5S"><Period><AdaptationSet><Representation id="1" mimeType="video/mp4" bandwidth="1"><BaseURL>${address}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
  ],
  [
    'a session description',
    () => 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nc=IN IP4 127.0.0.1\r\nm=video 5000 RTP/AVP 96\r\n',
  ],
];

test('FILE-10 what a disguised list names is never asked for, even where nothing else had refused the file', async () => {
  // Not locked away from the network, so that only what stands in the command holds it back.
  const start = supervisor.start.bind(supervisor);
  const open: Supervisor = Object.assign(Object.create(supervisor), {
    start: (spec: Parameters<Supervisor['start']>[0]) => start({ ...spec, network: 'host' }),
  });
  for (const [what, text] of LISTS) {
    const source = join(dir, 'list.mp4');
    writeFileSync(source, text());
    const room = await openWorkroom({ dir: join(dir, 'room'), sourcePath: source, decoder });
    await expect(probe(open, room.dir), what).rejects.toMatchObject({ code: /^MEDIA_/ });
    await room.close();
  }
  expect(asked).toBe(0);
  // The same list by a command without those limits: the listener would have noticed.
  writeFileSync(join(dir, 'list.m3u8'), hls(address));
  const plain = spawn('ffprobe', [
    '-v',
    'quiet',
    '-protocol_whitelist',
    'file,http,tcp',
    join(dir, 'list.m3u8'),
  ]);
  await once(plain, 'close');
  expect(asked).toBeGreaterThan(0);
});

test.skipIf(!isRoot)(
  'FILE-15 a child cannot change its source, read a neighbour or write outside its folder',
  async () => {
    const clip = ['-nostdin', '-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=64x64:d=0.2'];
    mkdirSync(join(dir, 'raw'), { mode: 0o700 });
    const [source, neighbour] = [join(dir, 'raw', 'a'), join(dir, 'raw', 'b')];
    for (const file of [source, neighbour]) spawnSync('ffmpeg', [...clip, '-f', 'mp4', file]);
    const before = readFileSync(source);
    const room = await openWorkroom({ dir: join(dir, 'room'), sourcePath: source, decoder });
    const runs = async (args: string[]): Promise<number | null> => {
      const child = supervisor.start({
        ...{ label: 'try', program: 'ffmpeg', stdout: 'ignore', cwd: room.dir },
        args: ['-nostdin', '-v', 'error', '-y', ...args],
      });
      return (await child.done).code;
    };
    const make = ['-f', 'lavfi', '-i', 'testsrc2=s=64x64:d=0.2', '-f', 'mp4'];
    expect(await runs(['-i', `file:${INPUT_NAME}`, '-f', 'null', '-'])).toBe(0);
    expect(await runs([...make, 'file:own.mp4'])).toBe(0);
    expect(await runs([...make, `file:${INPUT_NAME}`])).not.toBe(0);
    expect(await runs([...make, `file:${join(dir, 'run', 'x.mp4')}`])).not.toBe(0);
    expect(await runs(['-i', `file:${neighbour}`, '-f', 'null', '-'])).not.toBe(0);
    expect(readFileSync(source).equals(before)).toBe(true);
    await room.close();
  },
);
