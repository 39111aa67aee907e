import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ERRORS } from '../../lib/contract/errors.ts';
import type { Routes } from './frame.ts';

/** The browser script of the reference page, served by ourselves. */
function referenceScript(): string {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('@scalar/fastify-api-reference');
  return readFileSync(path.join(path.dirname(entry), 'js', 'standalone.js'), 'utf8');
}

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Siaran API</title></head>
<body><script id="api-reference" data-url="/api/openapi.json" data-configuration='{"telemetry":false,"withDefaultFonts":false,"hideClientButton":true,"theme":"purple"}'></script><script src="/api/docs/reference.js"></script></body></html>`;

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function errorPage(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, message }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escape(message)}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Siaran errors</title>
<style>body{font:15px/1.5 system-ui;margin:2rem;background:#0a0911;color:#f4f2fb}td{padding:.4rem 1rem .4rem 0;vertical-align:top}:target{background:#221a45}code{color:#b7a4ff}</style></head>
<body><h1>Errors</h1><p>Every code an answer can carry, and what to do.</p><table>${rows.join('')}</table></body></html>`;
}

/** OpenAPI, its reference page and the catalogue of errors; for everybody who is signed in. */
export const docRoutes =
  (openapi: () => object): Routes =>
  (api) => {
    const script = referenceScript();
    const hidden = { hide: true };
    api.get('/api/openapi.json', { config: { access: 'viewer' }, schema: hidden }, async () => openapi());
    api.get('/api/docs', { config: { access: 'viewer' }, schema: hidden }, async (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(PAGE),
    );
    api.get(
      '/api/docs/reference.js',
      { config: { access: 'viewer' }, schema: hidden },
      async (_request, reply) =>
        reply
          .type('text/javascript; charset=utf-8')
          .header('Cache-Control', 'private, max-age=86400')
          .send(script),
    );
    api.get('/api/docs/errors', { config: { access: 'viewer' }, schema: hidden }, async (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(errorPage()),
    );
  };
