import type { Client } from '../../tests/support/client.ts';

/** Makes a channel and answers the signed addresses of its outputs. */
export async function makeChannel(
  client: Client,
  outputPath: string,
  sources: readonly string[],
): Promise<{ ts: string; hls: string }> {
  const made = await client.post<{ urls: { ts: string; hls: string } }>('/api/v1/channels', {
    name: outputPath,
    outputPath,
    sources: sources.map((url) => ({ url })),
  });
  if (made.status !== 201) throw new Error(`A channel could not be made: ${JSON.stringify(made.body)}`);
  const address = (path: string) => new URL(path, client.base).href;
  return { ts: address(made.body.urls.ts), hls: address(made.body.urls.hls) };
}
