import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Accounts, PASSWORD, signIn, startAccounts } from '../../tests/support/accounts.ts';

let accounts: Accounts;
beforeAll(async () => {
  accounts = await startAccounts();
  await accounts.auth.createUser({
    name: 'Root',
    email: 'root@example.org',
    password: PASSWORD,
    role: 'admin',
  });
});
afterAll(() => accounts.close());

let people = 0;
const person = async (role: 'admin' | 'editor' | 'viewer' = 'viewer') => {
  people += 1;
  const email = `p${people}@example.org`;
  const user = await accounts.auth.createUser({ name: `P${people}`, email, password: PASSWORD, role });
  return { ...user, password: PASSWORD };
};
const whoAmI = async (cookie: string) =>
  (await fetch(`${accounts.base}/who`, { headers: { cookie } })).json();
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(accounts.base + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

test('signing in gives a cookie that only the server reads, and it names the person', async () => {
  const { id, email } = await person('editor');
  const { status, cookie, response } = await signIn(accounts.base, email.toUpperCase());
  expect(status).toBe(200);
  const [header = ''] = response.headers.getSetCookie();
  expect(header).toMatch(/^siaran\.session_token=/);
  expect(header).toMatch(/HttpOnly/i);
  expect(header).toMatch(/SameSite=Lax/i);
  expect(header).not.toMatch(/Secure/i);
  expect(await whoAmI(cookie)).toMatchObject({ kind: 'session', userId: id, role: 'editor', email });
});

test('behind https the cookie is never sent in the clear', async () => {
  const { email } = await person();
  const secure = await accounts.another({ PUBLIC_URL: 'https://tv.example.org' });
  const [header = ''] = await secure.signIn({ email, password: PASSWORD }, '127.0.0.1');
  expect(header).toMatch(/^__Secure-siaran\.session_token=.*; Secure/i);
});

test('a cookie that was altered, or made with another secret, is nobody', async () => {
  const { email } = await person();
  const { cookie } = await signIn(accounts.base, email);
  const swapped = cookie.replace(/=(.)/, (_all, first) => `=${first === 'A' ? 'B' : 'A'}`);
  for (const wrong of [
    swapped,
    cookie.slice(0, -4),
    cookie.split('.').slice(0, 2).join('.'),
    'siaran.session_token=',
    'siaran.session_token=%',
  ])
    expect(await whoAmI(wrong), wrong).toBeNull();
});

test('WEB-01: a wrong password and an unknown account get the same answer', async () => {
  const { email } = await person();
  const wrong = await signIn(accounts.base, email, 'not the password');
  const unknown = await signIn(accounts.base, 'nobody@example.org', 'not the password');
  expect(wrong.status).toBe(401);
  expect(wrong.body).toEqual({ code: 'SIGN_IN_FAILED', message: expect.stringContaining('not right') });
  expect([unknown.status, unknown.body]).toEqual([wrong.status, wrong.body]);
  expect(wrong.response.headers.getSetCookie()).toEqual([]);
});

test('WEB-01: the eleventh wrong password within a minute waits, even when it is right', async () => {
  const { email } = await person();
  const tries = await Promise.all(
    Array.from({ length: 14 }, () => signIn(accounts.base, email, 'wrong wrong')),
  );
  expect(tries.filter((t) => t.status === 401)).toHaveLength(10);
  const late = await signIn(accounts.base, email);
  expect(late.status).toBe(429);
  const wait = Number(late.response.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(50);
  expect(late.body.message).toContain(`${wait} seconds`);
  expect((await signIn(accounts.base, (await person()).email)).status).toBe(200);
  accounts.clock.pass(61_000);
  expect((await signIn(accounts.base, email)).status).toBe(200);
});

test('WEB-02: every sign-in is a new session, and signing out ends it on the server', async () => {
  const { email } = await person();
  const first = await signIn(accounts.base, email);
  const second = await signIn(accounts.base, email);
  const [a, b] = [await whoAmI(first.cookie), await whoAmI(second.cookie)];
  expect(a.sessionId).not.toBe(b.sessionId);
  const out = await post('/api/auth/sign-out', {}, { cookie: first.cookie, origin: accounts.base });
  expect(out.status).toBe(200);
  expect(await whoAmI(first.cookie)).toBeNull();
  expect(await whoAmI(second.cookie)).toMatchObject({ sessionId: b.sessionId });
});

test('who is switched off or gets another role is out at once, and out within a minute in another process', async () => {
  const { id, email } = await person('admin');
  const { cookie } = await signIn(accounts.base, email);
  const elsewhere = await accounts.another();
  const ask = () => elsewhere.identify({ headers: { cookie } } as never);
  expect(await ask()).toMatchObject({ role: 'admin' });
  expect(await whoAmI(cookie)).toMatchObject({ role: 'admin' });
  await accounts.auth.updateUser(id, { role: 'viewer' });
  expect(await whoAmI(cookie)).toBeNull();
  expect(await ask()).toMatchObject({ role: 'admin' });
  accounts.clock.pass(60_001);
  expect(await ask()).toBeNull();

  const again = await signIn(accounts.base, email);
  expect(await whoAmI(again.cookie)).toMatchObject({ role: 'viewer' });
  await accounts.auth.updateUser(id, { disabled: true });
  expect(await whoAmI(again.cookie)).toBeNull();
  const refused = await signIn(accounts.base, email);
  expect([refused.status, refused.body.code]).toEqual([403, 'ACCOUNT_DISABLED']);
  expect((await signIn(accounts.base, email, 'wrong password')).body.code).toBe('SIGN_IN_FAILED');
});

test('WEB-02: a changed password ends the other sessions and renews this one', async () => {
  const { email } = await person();
  const here = await signIn(accounts.base, email);
  const there = await signIn(accounts.base, email);
  const body = {
    currentPassword: PASSWORD,
    newPassword: 'another long password',
    revokeOtherSessions: false,
  };
  const short = await post(
    '/api/auth/change-password',
    { ...body, newPassword: 'short' },
    { cookie: here.cookie },
  );
  expect(short.status).toBe(400);
  const wrong = await post(
    '/api/auth/change-password',
    { ...body, currentPassword: 'no' },
    { cookie: here.cookie },
  );
  expect(wrong.status).toBe(400);
  const done = await post('/api/auth/change-password', body, { cookie: here.cookie });
  expect(done.status).toBe(200);
  const cookie = done.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
  expect(await whoAmI(cookie)).toMatchObject({ email });
  expect([await whoAmI(here.cookie), await whoAmI(there.cookie)]).toEqual([null, null]);
  expect((await signIn(accounts.base, email)).status).toBe(401);
  expect((await signIn(accounts.base, email, 'another long password')).status).toBe(200);
});

test('only the four addresses that we need exist', async () => {
  const { cookie } = await signIn(accounts.base, 'root@example.org');
  for (const path of [
    'sign-up/email',
    'update-user',
    'delete-user',
    'list-sessions',
    'change-email',
    'ok',
    'error',
    'sign-in/social',
    'callback/x',
    'constructor',
    '',
  ])
    expect((await post(`/api/auth/${path}`, {}, { cookie, origin: accounts.base })).status, path).toBe(404);
  const wrongMethod = await fetch(`${accounts.base}/api/auth/sign-out`);
  expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'POST']);
  const session = await fetch(`${accounts.base}/api/auth/get-session`, { headers: { cookie } });
  expect(await session.json()).toMatchObject({ user: { email: 'root@example.org', role: 'admin' } });
});

test('WEB-03: another site can neither sign somebody in nor out', async () => {
  const { email } = await person();
  const { cookie } = await signIn(accounts.base, email);
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
  ];
  for (const headers of foreign) {
    expect((await post('/api/auth/sign-in/email', { email, password: PASSWORD }, headers)).status).toBe(403);
    expect((await post('/api/auth/sign-out', {}, { cookie, ...headers })).status).toBe(403);
  }
  expect(await whoAmI(cookie)).toMatchObject({ email });
});

test('WEB-07: signing in redirects nowhere', async () => {
  const { email } = await person();
  for (const callbackURL of ['//evil.example', '/\\evil.example', 'https://evil.example', '/tv']) {
    const response = await post('/api/auth/sign-in/email', { email, password: PASSWORD, callbackURL });
    expect([response.status, response.headers.get('location')]).toEqual([400, null]);
  }
});

test('WEB-15: oversized, broken and odd bodies are refused and sign nobody in', async () => {
  const { email } = await person();
  const large = await post('/api/auth/sign-in/email', { email, password: 'x'.repeat(20_000) });
  expect(large.status).toBe(413);
  for (const body of [
    null,
    [],
    'text',
    {},
    { email },
    { email: [email], password: PASSWORD },
    { email: { $ne: '' }, password: PASSWORD },
  ]) {
    const response = await post('/api/auth/sign-in/email', body);
    expect(response.status, JSON.stringify(body)).toBe(400);
    expect(response.headers.getSetCookie()).toEqual([]);
  }
  const headers = { 'content-type': 'application/json' };
  const broken = await fetch(`${accounts.base}/api/auth/sign-in/email`, {
    method: 'POST',
    headers,
    body: '{',
  });
  expect(broken.status).toBe(400);
});
