import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Accounts, PASSWORD, signIn, startAccounts } from '../../tests/support/accounts.ts';
import type { Identity } from './index.ts';

let accounts: Accounts;
let adminId: string;
beforeAll(async () => {
  accounts = await startAccounts(undefined, { METRICS_TOKEN: 'a-token-for-prometheus' });
  adminId = (await person('admin')).userId;
});
afterAll(() => accounts.close());

let people = 0;
const person = async (role: 'admin' | 'editor' | 'viewer'): Promise<Identity> => {
  people += 1;
  const email = `p${people}@example.org`;
  const { id, name } = await accounts.auth.createUser({ name: 'P', email, password: PASSWORD, role });
  return { kind: 'session', userId: id, role, name, email };
};
const asBearer = (token: string, extra: Record<string, string> = {}) =>
  ({ headers: { authorization: `Bearer ${token}`, ...extra } }) as never;

test('a token works until it is revoked, with no higher role than its maker has', async () => {
  const maker = await person('editor');
  const { auth } = accounts;
  await expect(auth.createToken(maker, { name: 'too much', role: 'admin' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  const made = await auth.createToken(maker, { name: 'player', role: 'viewer' });
  expect(made.token.startsWith(made.prefix)).toBe(true);
  expect(await auth.identify(asBearer(made.token))).toMatchObject({
    kind: 'token',
    tokenId: made.id,
    role: 'viewer',
    userId: maker.userId,
  });

  const strong = await auth.createToken(maker, { name: 'editor', role: 'editor' });
  await auth.updateUser(maker.userId, { role: 'viewer' });
  expect(await auth.identify(asBearer(strong.token))).toMatchObject({ role: 'viewer' });

  await auth.revokeToken(maker.userId, made.id);
  expect(await auth.identify(asBearer(made.token))).toBeNull();
  await auth.updateUser(maker.userId, { disabled: true });
  expect(await auth.identify(asBearer(strong.token))).toBeNull();
});

test('WEB-05: nobody sees or revokes the tokens of others', async () => {
  const [owner, other] = [await person('viewer'), await person('viewer')];
  const made = await accounts.auth.createToken(owner, { name: 'mine', role: 'viewer' });
  await expect(accounts.auth.revokeToken(other.userId, made.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(accounts.auth.revokeToken(owner.userId, 'x')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await accounts.auth.listTokens(other.userId, { limit: 10 })).total).toBe(0);
  expect((await accounts.auth.listTokens(owner.userId, { limit: 10 })).items[0]).not.toHaveProperty('token');
});

test('a list of tokens goes on where its cursor stands', async () => {
  const owner = await person('viewer');
  for (const name of ['a', 'b', 'c']) await accounts.auth.createToken(owner, { name, role: 'viewer' });
  const one = await accounts.auth.listTokens(owner.userId, { limit: 2 });
  expect([one.items.map((t) => t.name), one.total]).toEqual([['a', 'b'], 3]);
  const two = await accounts.auth.listTokens(owner.userId, { limit: 2, cursor: one.nextCursor ?? '' });
  expect([two.items.map((t) => t.name), two.nextCursor]).toEqual([['c'], null]);
});

test('the database holds neither a token nor a password as it is', async () => {
  const owner = await person('viewer');
  const { token } = await accounts.auth.createToken(owner, { name: 'x', role: 'viewer' });
  const line = await accounts.auth.lineOf(owner.userId);
  for (const table of ['api_token', 'line', 'account', 'session', '"user"']) {
    const { rows } = await accounts.database.pool.query(`select * from ${table}`);
    const text = JSON.stringify(rows);
    for (const secret of [token, line.token, PASSWORD]) expect(text, table).not.toContain(secret);
  }
});

test('a wrong bearer token is not made good by a cookie beside it', async () => {
  const { email } = await person('admin');
  const { cookie } = await signIn(accounts.base, email);
  expect(await accounts.auth.identify({ headers: { cookie } } as never)).toMatchObject({ email });
  expect(await accounts.auth.identify(asBearer('siaran_nonsense', { cookie }))).toBeNull();
});

test('metrics open to admins and to their own token alone', async () => {
  const [admin, viewer] = [await person('admin'), await person('viewer')];
  const token = async (who: Identity) =>
    (await accounts.auth.createToken(who, { name: 'm', role: who.role })).token;
  const may = (request: never) => accounts.auth.mayReadMetrics(request);
  expect(await may(asBearer('a-token-for-prometheus'))).toBe(true);
  expect(await may(asBearer(await token(admin)))).toBe(true);
  expect(await may(asBearer(await token(viewer)))).toBe(false);
  expect(await may(asBearer('a-token-for-prometheu'))).toBe(false);
  expect(await may({ headers: {} } as never)).toBe(false);
});

test('everybody has one line, also when asked for many times at once, and a renewed one ends the old', async () => {
  const { userId } = await person('viewer');
  const { auth } = accounts;
  const seen = await Promise.all(Array.from({ length: 6 }, () => auth.lineOf(userId)));
  expect(new Set(seen.map((line) => line.token)).size).toBe(1);
  const old = seen[0]!;
  expect(await auth.lineIn(`token=${old.token}`)).toMatchObject({ userId, lineId: old.id });
  const renewed = await auth.renewLine(userId);
  expect(await auth.lineOf(userId)).toEqual(renewed);
  await expect(auth.lineIn(`token=${old.token}`)).rejects.toMatchObject({ code: 'LINK_INVALID' });
  expect(await auth.lineIn(`line=${renewed.token}`)).toMatchObject({ userId });
});

test('a line is no way into the panel or the API', async () => {
  const { userId } = await person('admin');
  const { token } = await accounts.auth.lineOf(userId);
  expect(await accounts.auth.identify(asBearer(token))).toBeNull();
  expect(
    await accounts.auth.identify({ headers: {}, url: `/api/v1/users?token=${token}` } as never),
  ).toBeNull();
});

test('e-mail addresses are unique, whatever their case', async () => {
  const { email } = await person('viewer');
  const twice = accounts.auth.createUser({
    name: 'T',
    email: email.toUpperCase(),
    password: PASSWORD,
    role: 'viewer',
  });
  await expect(twice).rejects.toMatchObject({ code: 'EMAIL_TAKEN' });
});

test('somebody stays admin, also when all are taken away at once', async () => {
  const fresh = await startAccounts();
  try {
    const make = (n: number) =>
      fresh.auth.createUser({ name: 'A', email: `a${n}@example.org`, password: PASSWORD, role: 'admin' });
    const all = await Promise.all([make(1), make(2), make(3), make(4)]);
    const ways = [
      (id: string) => fresh.auth.deleteUser(id),
      (id: string) => fresh.auth.updateUser(id, { role: 'viewer' }),
      (id: string) => fresh.auth.updateUser(id, { disabled: true }),
      (id: string) => fresh.auth.deleteUser(id),
    ];
    const ends = await Promise.allSettled(all.map(({ id }, n) => ways[n]?.(id)));
    const refused = ends.filter((end) => end.status === 'rejected');
    expect(refused).toEqual([
      { status: 'rejected', reason: expect.objectContaining({ code: 'LAST_ADMIN' }) },
    ]);
    const { rows } = await fresh.database.db.execute(
      sql`select count(*)::int as n from "user" where role = 'admin' and not disabled`,
    );
    expect(rows[0]?.n).toBe(1);
  } finally {
    await fresh.close();
  }
});

test('a deleted user takes sessions, tokens and line along', async () => {
  const who = await person('viewer');
  const { cookie } = await signIn(accounts.base, who.email);
  const { token } = await accounts.auth.createToken(who, { name: 'x', role: 'viewer' });
  const line = await accounts.auth.lineOf(who.userId);
  await accounts.auth.deleteUser(who.userId);
  expect(await accounts.auth.identify({ headers: { cookie } } as never)).toBeNull();
  expect(await accounts.auth.identify(asBearer(token))).toBeNull();
  await expect(accounts.auth.lineIn(`token=${line.token}`)).rejects.toMatchObject({ code: 'LINK_INVALID' });
  await expect(accounts.auth.getUser(who.userId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('the list of users pages through all and tells when somebody was last there', async () => {
  const who = await person('viewer');
  const { cookie } = await signIn(accounts.base, who.email);
  expect(await accounts.auth.getUser(who.userId)).toMatchObject({ lastSeenAt: null });
  await accounts.auth.identify({ headers: { cookie } } as never);
  await expect.poll(async () => (await accounts.auth.getUser(who.userId)).lastSeenAt).not.toBeNull();
  const ids: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await accounts.auth.listUsers({ limit: 3, cursor });
    ids.push(...page.items.map((user) => user.id));
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  expect(ids).toContain(adminId);
  expect(new Set(ids).size).toBe((await accounts.auth.listUsers({ limit: 1 })).total);
});
