import reference from '@scalar/fastify-api-reference';
import { ERRORS } from '../../lib/contract/errors.ts';
import type { Routes } from './frame.ts';

const escapeHtml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function errorPage(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, message }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escapeHtml(message)}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Siaran errors</title>
<style>body{font:15px/1.5 system-ui;margin:2rem;background:#0a0911;color:#f4f2fb}td{padding:.4rem 1rem .4rem 0;vertical-align:top}:target{background:#221a45}code{color:#b7a4ff}</style></head>
<body><h1>Errors</h1><p>Every code an answer can carry, and what to do.</p><table>${rows.join('')}</table></body></html>`;
}

/** OpenAPI, its reference page (the script is served by ourselves) and the catalogue of errors; for the signed in. */
export const docRoutes =
  (openapi: () => object): Routes =>
  (api) => {
    const hidden = { config: { access: 'viewer' }, schema: { hide: true } } as const;
    api.get('/api/openapi.json', hidden, async () => openapi());
    api.get('/api/docs/errors', hidden, async (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(errorPage()),
    );
    api.register(reference, {
      routePrefix: '/api/docs',
      configuration: {
        url: '/api/openapi.json',
        pageTitle: 'Siaran API',
        theme: 'purple',
        withDefaultFonts: false,
        hideClientButton: true,
        telemetry: false,
      },
    });
  };
