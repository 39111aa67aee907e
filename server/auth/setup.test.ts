import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Accounts, PASSWORD, signIn, startAccounts } from '../../tests/support/accounts.ts';
import { resetAdmin } from './reset-admin.ts';

let accounts: Accounts;
beforeEach(async () => {
  accounts = await startAccounts();
});
afterEach(() => accounts.close());

const first = (n = 1) => ({
  code: accounts.auth.setup.code()?.code ?? '',
  address: '127.0.0.1',
  email: `Admin${n}@example.org`,
  password: PASSWORD,
  stationName: `Station ${n}`,
});
const admins = async () => {
  const { rows } = await accounts.database.db.execute(
    sql`select count(*)::int as n from "user" where role = 'admin'`,
  );
  return rows[0]?.n;
};

test('the printed code makes the first admin, once', async () => {
  const { setup, stationName } = accounts.auth;
  expect(await setup.needed()).toBe(true);
  const wanted = first();
  await setup.createFirstAdmin(wanted);
  expect(await setup.needed()).toBe(false);
  expect(setup.code()).toBeNull();
  expect(await stationName()).toBe('Station 1');
  expect((await signIn(accounts.base, 'admin1@example.org')).status).toBe(200);
  await expect(setup.createFirstAdmin({ ...wanted, email: 'b@example.org' })).rejects.toMatchObject({
    code: 'SETUP_DONE',
  });
});

test('a station is renamed, and keeps its name', async () => {
  await accounts.auth.setup.createFirstAdmin(first());
  await accounts.auth.renameStation('Second name');
  expect(await accounts.auth.stationName()).toBe('Second name');
  expect(await (await accounts.another()).stationName()).toBe('Second name');
});

test('sessions that ended by time are swept when the server starts', async () => {
  await accounts.auth.setup.createFirstAdmin(first());
  const { pool } = accounts.database;
  const left = async () => (await pool.query('select id from session')).rows.length;
  await signIn(accounts.base, 'admin1@example.org');
  await signIn(accounts.base, 'admin1@example.org');
  await pool.query(
    `update session set expires_at = now() - interval '1 s' where id = (select min(id) from session)`,
  );
  await accounts.another();
  await expect.poll(left).toBe(1);
});

test('WEB-06: of many who set up at once, in two processes, exactly one becomes admin', async () => {
  const other = await accounts.another();
  const otherCode = other.setup.code()?.code ?? '';
  const tries = Array.from({ length: 8 }, (_, n) =>
    n % 2
      ? accounts.auth.setup.createFirstAdmin(first(n))
      : other.setup.createFirstAdmin({ ...first(n), code: otherCode }),
  );
  const ends = await Promise.allSettled(tries);
  expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(1);
  for (const end of ends)
    if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'SETUP_DONE' });
  expect(await admins()).toBe(1);
});

test('WEB-06: without the right code nobody becomes admin, and guessing is limited', async () => {
  const { setup } = accounts.auth;
  const { code } = first();
  const wrong = ['', 'admin', code.slice(1), `${code}x`, code.toUpperCase()];
  for (const guess of wrong)
    await expect(setup.createFirstAdmin({ ...first(), code: guess })).rejects.toMatchObject({
      code: 'SETUP_CODE_INVALID',
    });
  for (let n = wrong.length; n < 10; n++) await setup.checkCode('guess', '127.0.0.1').catch(() => undefined);
  await expect(setup.createFirstAdmin(first())).rejects.toMatchObject({
    code: 'TOO_MANY_REQUESTS',
    retryAfterSeconds: 60,
  });
  await setup.createFirstAdmin({ ...first(), address: '127.0.0.2' });
  expect(await admins()).toBe(1);
});

test('the code ends after a quarter of an hour', async () => {
  const wanted = first();
  accounts.clock.pass(15 * 60_000);
  expect(accounts.auth.setup.code()).toBeNull();
  await expect(accounts.auth.setup.createFirstAdmin(wanted)).rejects.toMatchObject({
    code: 'SETUP_CODE_INVALID',
  });
});

test('ADMIN_EMAIL makes the first admin only while there are no users', async () => {
  const env = (n: number) => ({ ADMIN_EMAIL: `env${n}@example.org`, ADMIN_PASSWORD: PASSWORD });
  await Promise.all([accounts.another(env(1)), accounts.another(env(1))]);
  expect(await accounts.auth.setup.needed()).toBe(false);
  await accounts.another(env(2));
  expect(await admins()).toBe(1);
  expect((await signIn(accounts.base, 'env1@example.org')).status).toBe(200);
});

test('a locked-out admin gets a new password from the command line', async () => {
  await accounts.auth.setup.createFirstAdmin(first());
  const helper = { name: 'H', email: 'helper@example.org', password: PASSWORD, role: 'viewer' } as const;
  const { id } = await accounts.auth.createUser(helper);
  await accounts.auth.updateUser(id, { disabled: true });
  const { db } = accounts.database;
  expect(await resetAdmin(db, 'nobody@example.org')).toBeNull();
  const password = await resetAdmin(db, 'Helper@example.org');
  expect(await signIn(accounts.base, helper.email)).toMatchObject({ status: 401 });
  expect(await signIn(accounts.base, helper.email, password ?? '')).toMatchObject({ status: 200 });
  expect(await accounts.auth.getUser(id)).toMatchObject({ role: 'admin', disabled: false });
});
