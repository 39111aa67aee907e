import type { Readable } from 'node:stream';
import { broughtNothing } from './failures.ts';
import { LIMITS } from './policy.ts';
import { type ReaderContext, TsFeed } from './reader.ts';

/** Reads an endless transport stream over HTTP; `first` is what was read of it already. */
export async function readHttpTs(context: ReaderContext, body: Readable, first: Buffer): Promise<void> {
  const feed = new TsFeed(context);
  context.sink.opened({ format: 'mpegts', continuous: true });
  let late = false;
  const timer = setTimeout(() => {
    if (feed.found) return;
    late = true;
    body.destroy();
  }, LIMITS.firstPacketMs);
  try {
    await feed.push(first);
    for await (const chunk of body) await feed.push(chunk as Buffer);
    if (late) throw broughtNothing('it is connected but sends no picture or sound');
  } catch (error) {
    throw late ? broughtNothing('it is connected but sends no picture or sound') : error;
  } finally {
    clearTimeout(timer);
    feed.boundary(false);
  }
}
