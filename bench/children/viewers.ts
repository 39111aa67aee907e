import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** Watches every channel as transport stream and as HLS, and throws away what comes. */
export type ViewersInput = { channels: { ts: string; hls: string }[] };
/** Bytes since the last report, and what went wrong. */
export type ViewersReport = { tsBytes: number; hlsBytes: number; segments: number; errors: string[] };

const agent = new http.Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
const [{ channels }] = (await once(process, 'message')) as [ViewersInput];
let report: ViewersReport = { tsBytes: 0, hlsBytes: 0, segments: 0, errors: [] };

function watchTs(address: string): void {
  http
    .get(address, { agent: false }, (res) => {
      if (res.statusCode !== 200) report.errors.push(`TS answered ${res.statusCode}`);
      res.on('data', (chunk: Buffer) => {
        report.tsBytes += chunk.length;
      });
      res.on('close', () => report.errors.push('a TS viewer was cut off'));
    })
    .on('error', (error) => report.errors.push(error.message));
}

function get(address: string, onBytes: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    http
      .get(address, { agent }, (res) => {
        res.on('data', onBytes);
        res.on('end', () =>
          res.statusCode === 200
            ? resolve()
            : reject(new Error(`${new URL(address).pathname} answered ${res.statusCode}`)),
        );
        res.on('error', reject);
      })
      .on('error', reject);
  });
}

async function text(address: string): Promise<string> {
  const chunks: Buffer[] = [];
  await get(address, (chunk) => chunks.push(chunk));
  return Buffer.concat(chunks).toString();
}

const urisOf = (list: string, base: string): string[] =>
  list
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => new URL(line, base).href);

/** Like a player: the list every two seconds, each new segment once. */
async function watchHls(address: string): Promise<void> {
  const [media] = urisOf(await text(address), address);
  let last = '';
  for (;;) {
    const uris = urisOf(await text(media!), media!);
    const known = uris.indexOf(last);
    for (const uri of known < 0 ? uris.slice(-2) : uris.slice(known + 1)) {
      await get(uri, (chunk) => {
        report.hlsBytes += chunk.length;
      });
      report.segments++;
      last = uri;
    }
    await delay(2000);
  }
}

for (const { ts, hls } of channels) {
  watchTs(ts);
  watchHls(hls).catch((error: Error) => report.errors.push(error.message));
  await delay(30);
}
process.on('message', () => {
  process.send?.(report);
  report = { tsBytes: 0, hlsBytes: 0, segments: 0, errors: [] };
});
process.send?.({});
process.on('disconnect', () => process.exit(0));
