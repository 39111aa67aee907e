// `siaran reset-admin EMAIL`: lets an admin in again who forgot the password.
import { resetAdmin } from '../../server/auth/reset-admin.ts';
import { ConfigError, loadConfig } from '../../server/core/config.ts';
import { isAppError, messageOf } from '../../server/core/errors.ts';
import { createLog } from '../../server/core/log.ts';
import { loadSecrets } from '../../server/core/secrets.ts';
import { attachDatabase } from '../../server/db/attach.ts';

const email = process.argv[2];
if (email === undefined || !email.includes('@')) {
  process.stderr.write('Usage: siaran reset-admin EMAIL\n');
  process.exit(2);
}
try {
  process.exitCode = await reset(email);
} catch (error) {
  if (!isAppError(error) && !(error instanceof ConfigError)) throw error;
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

async function reset(address: string): Promise<number> {
  const config = loadConfig(process.env);
  const secrets = loadSecrets({ secret: config.values.secret, dataDir: config.dataDir });
  const { log, close: closeLog } = createLog({ level: 'error', dataDir: null, stdout: process.stderr });
  const database = await attachDatabase({ config, secrets, log });
  try {
    const password = await resetAdmin(database.db, address);
    if (password === null) {
      process.stderr.write(`Nobody has the e-mail address ${address}.\n`);
      return 1;
    }
    process.stdout.write(
      `${address} is an admin, with this new password:\n\n  ${password}\n\nSign in, then choose your own.\n`,
    );
    return 0;
  } finally {
    await database.close();
    await closeLog();
  }
}
