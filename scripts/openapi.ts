import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from '../tests/support/client.ts';
import { removeDataDir, startServer } from '../tests/support/server.ts';

/** Writes docs/openapi.json from the running API; a journey fails when the two differ. */
const server = await startServer({ pages: false });
try {
  const client = await new Client(server.base).signIn();
  const { body } = await client.get('/api/openapi.json');
  writeFileSync(
    path.resolve(import.meta.dirname, '../docs/openapi.json'),
    `${JSON.stringify(body, null, 1)}\n`,
  );
} finally {
  await server.stop();
  removeDataDir(server.dataDir);
}
