import type { ReaderContext } from '../reader.ts';
import { type Answer, HlsClient } from './client.ts';
import { HlsPlayer } from './player.ts';
import { resolveLists } from './resolve.ts';

/** Longest wait for one playlist while the source begins. */
const FIRST_LIST_MS = 10_000;

/** Reads an HLS source with one request in flight; `first` is the answer of its own address. Always throws in the end. */
export async function readHls(context: ReaderContext, first: Answer): Promise<void> {
  context.sink.opened({ format: 'hls', continuous: false });
  const client = new HlsClient(context);
  const load = (url: string) => client.text(url, FIRST_LIST_MS);
  const lists = await resolveLists(first, load, context.ports.maxHeight());
  await new HlsPlayer(context, client, lists).run();
}
