import { setTimeout as delay } from 'node:timers/promises';
import { demux } from '../../server/media/ts/test-clips.ts';
import type { Client } from '../../tests/support/client.ts';
import { MarkedViewer } from '../../tests/support/provider/marks.ts';
import type { Provider } from '../../tests/support/provider/provider.ts';
import { atMost, median, type Row } from '../support/bench.ts';
import { makeChannel } from '../support/channels.ts';

const KEY_BYTES = 60_000;
const LIMIT_MS = 10_000;

/** First bytes of those who come to a running channel: when, and whether they can be begun with. */
export async function secondViewers(url: string, count: number): Promise<Row[]> {
  const first = new MarkedViewer(url, { keep: false });
  await first.receives(KEY_BYTES, LIMIT_MS);
  const times: number[] = [];
  let bad = 0;
  for (let index = 0; index < count; index++) {
    await delay(50 + Math.random() * 200);
    const viewer = new MarkedViewer(url);
    await viewer.receives(KEY_BYTES, LIMIT_MS);
    times.push(viewer.firstByteAtMs! - viewer.startedAtMs);
    const bytes = viewer.bytes();
    const begins = (bytes.readUInt16BE(1) & 0x1fff) === 0 && demux(bytes).video[0]?.key === true;
    if (!begins) bad++;
    viewer.leave();
  }
  first.leave();
  return [
    atMost('second viewer: first byte, median', median(times), 150, 'ms', 0),
    atMost('second viewer: first byte, worst', Math.max(...times), 150, 'ms', 0),
    atMost('second viewers that did not begin with PAT and a keyframe', bad, 0, '', 0),
  ];
}

/** A cold channel whose source begins in the middle of its pictures: how much later than its own first keyframe. */
export async function coldZaps(client: Client, provider: Provider, count: number): Promise<Row[]> {
  provider.startAt = 'live';
  const added: number[] = [];
  for (let index = 0; index < count; index++) {
    const name = `b.zap${index}`;
    const { ts } = await makeChannel(client, name.replace('.', '-'), [provider.ts(name)]);
    const viewer = new MarkedViewer(ts, { keep: false });
    await viewer.receives(188, LIMIT_MS);
    // The bytes that count are those of the keyframe, which the source has sent before.
    added.push(viewer.firstByteAtMs! - (provider.stream(name).firstKeyAtMs ?? 0));
    viewer.leave();
  }
  provider.startAt = 'keyframe';
  return [
    atMost('cold zap: behind the source’s own first keyframe, median', median(added), 300, 'ms', 0),
    atMost('cold zap: behind the source’s own first keyframe, worst', Math.max(...added), 300, 'ms', 0),
  ];
}
