import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { Client } from '../support/client.ts';
import { makeClip } from '../support/media.ts';
import { newDataDir, type RunningServer, removeDataDir, startServer } from '../support/server.ts';
import { createUpload, offsetOf, sendRest, sha256Of } from '../support/tus.ts';
import { ffmpegsOf, postmastersOf } from './processes.ts';

/** UP-05: kill -9 at any moment of an upload; every acknowledged byte is there again and the file is exact at the end. */
const rounds = Number(process.argv[2] ?? 20);
const dataDir = newDataDir();
const say = (text: string) => process.stdout.write(`${text}\n`);

const clip = await makeClip(path.join(dataDir, 'clip.mp4'), {
  seconds: 12,
  size: '1280x720',
  args: ['-b:v', '8M', '-minrate', '8M', '-bufsize', '8M', '-x264-params', 'nal-hrd=cbr'],
});
const sizeBytes = statSync(clip).size;
let server = await startServer({ dataDir, pages: false });
const { port } = server;
const client = await new Client(server.base).signIn();
const upload = await createUpload(client, 'clip.mp4', sizeBytes);
let acknowledged = 0;

for (let round = 1; round <= rounds; round++) {
  const offset = await offsetOf(client, upload.location);
  if (offset < acknowledged)
    throw new Error(`round ${round}: ${acknowledged} bytes were acknowledged, ${offset} are left`);
  acknowledged = offset;
  const share = Math.max(65_536, Math.floor((sizeBytes - offset) / (rounds - round + 2)));
  server = await killAfter(server, offset, Math.floor(share * (0.2 + Math.random() * 0.8)));
  say(`round ${round}: killed at about ${offset} of ${sizeBytes} bytes`);
}
const offset = await offsetOf(client, upload.location);
const status = await sendRest(client, upload.location, { file: clip, offset });
if (status !== 204) throw new Error(`the last PATCH answered ${status}`);

const raw = path.join(dataDir, 'raw', upload.videoId);
const stored = statSync(raw).isDirectory() ? path.join(raw, readdirSync(raw)[0] ?? '') : raw;
if ((await sha256Of(stored)) !== (await sha256Of(clip)))
  throw new Error('the stored file differs from the one that was sent');
if (postmastersOf(dataDir).length !== 1)
  throw new Error(`there are ${postmastersOf(dataDir).length} PostgreSQL servers`);
await server.stop();
if (postmastersOf(dataDir).length + ffmpegsOf(dataDir).length > 0)
  throw new Error('something still runs after the stop');
removeDataDir(dataDir);
say(`kill-upload: ${rounds} kills, ${sizeBytes} bytes exact, nothing left running`);

async function killAfter(running: RunningServer, from: number, bytes: number): Promise<RunningServer> {
  let killed: Promise<void> | undefined;
  await sendRest(client, upload.location, {
    file: clip,
    offset: from,
    bytesPerSecond: 4_000_000,
    onBytes: (sent) => {
      if (sent >= bytes) killed ??= running.kill();
    },
  }).catch(() => undefined);
  await (killed ?? running.kill());
  return startServer({ dataDir, pages: false, port });
}
