import { readAll } from './body.ts';
import type { Engine, NetRequest } from './engine.ts';
import { failure, toFailure } from './failure.ts';

export type NetText = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly url: string;
  readonly text: string;
};

const TEXT_MAX_BYTES = 2 * 1024 * 1024;

/** Reads a whole small body as UTF-8 text; a status other than 2xx is an error. */
export async function readText(
  engine: Pick<Engine, 'fetch'>,
  url: string,
  request: NetRequest = {},
): Promise<NetText> {
  const response = await engine.fetch(url, { maxBytes: TEXT_MAX_BYTES, ...request });
  const host = new URL(response.url).hostname;
  if (response.status < 200 || response.status > 299) {
    response.body.destroy();
    throw failure('UPSTREAM_STATUS', host, `it answered with status ${response.status}`);
  }
  try {
    const text = (await readAll(response.body)).toString('utf8');
    return { status: response.status, headers: response.headers, url: response.url, text };
  } catch (error) {
    if (request.signal?.aborted) throw request.signal.reason;
    throw toFailure(error, host);
  }
}
