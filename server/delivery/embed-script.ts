import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { checkPreconditions } from '../http/conditional.ts';
import type { MediaHandler } from './context.ts';

type Script = { plain: Buffer; zipped: Buffer; etag: string };

let loading: Promise<Script> | null = null;

async function load(): Promise<Script> {
  const file = createRequire(import.meta.url).resolve('hls.js/dist/hls.light.min.js');
  const plain = await readFile(file);
  const zipped = await promisify(gzip)(plain);
  return { plain, zipped, etag: createHash('sha256').update(plain).digest('base64url').slice(0, 27) };
}

/** `/embed/hls.min.js`: the player's library for pages of other sites (S1.12); open to everybody, read once. */
export const embedScript: MediaHandler = async ({ req, res }) => {
  loading ??= load();
  const script = await loading.catch((error: unknown) => {
    loading = null;
    throw error;
  });
  const zip = /\bgzip\b/.test(String(req.headers['accept-encoding'] ?? ''));
  const etag = `"${script.etag}${zip ? '-gz' : ''}"`;
  const headers = {
    'Content-Type': 'text/javascript; charset=utf-8',
    'Cache-Control': 'public, max-age=604800, stale-while-revalidate=86400',
    'Access-Control-Allow-Origin': '*',
    Vary: 'Accept-Encoding',
    ETag: etag,
  };
  if (checkPreconditions(req.headers, { etag }) === 'not-modified')
    return void res.writeHead(304, headers).end();
  const body = zip ? script.zipped : script.plain;
  const coding = zip ? { 'Content-Encoding': 'gzip' } : {};
  res.writeHead(200, { ...headers, ...coding, 'Content-Length': body.length });
  res.end(req.method === 'HEAD' ? undefined : body);
};
