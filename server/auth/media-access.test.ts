import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Accounts, PASSWORD, signIn, startAccounts } from '../../tests/support/accounts.ts';
import { newId } from '../core/ids.ts';
import { sendJson } from '../http/respond.ts';
import type { Auth, Identity, MediaIdentity, MediaResource, MediaRules } from './index.ts';

const channel: MediaResource = { kind: 'channel', id: newId() };
const other: MediaResource = { kind: 'channel', id: newId() };
let rules: MediaRules | undefined;
/** A media address of a channel, as delivery would have it. */
const media = async (auth: Auth, req: IncomingMessage, res: ServerResponse): Promise<boolean> => {
  const id = /^\/stream\/([^?]*)/.exec(req.url ?? '')?.[1];
  if (id === undefined) return false;
  sendJson(res, 200, await auth.mediaAccess(req, id === 'none' ? null : { kind: 'channel', id }, rules));
  return true;
};

let accounts: Accounts;
beforeAll(async () => {
  accounts = await startAccounts(media);
});
afterAll(() => accounts.close());

let people = 0;
const person = async (role: 'admin' | 'editor' | 'viewer' = 'viewer') => {
  people += 1;
  const email = `p${people}@example.org`;
  const { id } = await accounts.auth.createUser({ name: 'P', email, password: PASSWORD, role });
  const { cookie } = await signIn(accounts.base, email);
  const who = (await accounts.auth.identify({ headers: { cookie } } as never)) as Identity;
  return { id, cookie, who, link: accounts.auth.mediaLink(channel, who) };
};
const get = async (
  query: string,
  headers: Record<string, string> = {},
  resource: { id: string } = channel,
) => {
  const response = await fetch(`${accounts.base}/stream/${resource.id}${query ? `?${query}` : ''}`, {
    headers,
  });
  const body = await response.json();
  return {
    status: response.status,
    code: body.error?.code as string | undefined,
    found: body as MediaIdentity,
  };
};

test('a link of the panel opens its channel alone, without any cookie', async () => {
  const { id, link } = await person();
  expect(await get(link)).toMatchObject({
    status: 200,
    found: { via: 'signature', userId: id, query: link },
  });
  expect(await get(link, {}, other)).toMatchObject({ status: 403, code: 'LINK_INVALID' });
  expect(await get('')).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
});

test('CLI-08: a link ends with its session', async () => {
  const { cookie, link } = await person();
  expect((await get(link)).status).toBe(200);
  const headers = { cookie, 'content-type': 'application/json' };
  await fetch(`${accounts.base}/api/auth/sign-out`, { method: 'POST', headers, body: '{}' });
  expect(await get(link)).toMatchObject({ status: 403, code: 'LINK_INVALID' });
});

test('CLI-08: a link of one person is refused with the cookie of another', async () => {
  const [a, b] = [await person(), await person()];
  expect((await get(a.link, { cookie: a.cookie })).status).toBe(200);
  expect(await get(a.link, { cookie: b.cookie })).toMatchObject({ status: 403, code: 'LINK_INVALID' });
  expect((await get(a.link, { cookie: 'siaran.session_token=stale' })).status).toBe(200);
});

test('CLI-08: a link ends at its time and when its person is switched off', async () => {
  const { id, link } = await person();
  const soon = Number(new URLSearchParams(link).get('expires')) * 1000 - accounts.clock.now();
  expect(soon).toBeGreaterThanOrEqual(6 * 3_600_000 - 1000);
  expect(soon).toBeLessThan(6 * 3_600_000 + 361_000);
  expect((await get(link)).status).toBe(200);
  await accounts.auth.updateUser(id, { disabled: true });
  expect((await get(link)).status).toBe(403);
  const next = await person();
  accounts.clock.pass(soon + 1000);
  expect((await get(link)).status).toBe(403);
  expect((await get(next.link)).status).toBe(403);
  expect((await get(accounts.auth.mediaLink(channel, next.who))).status).toBe(200);
});

test('a line opens media by its token and by links without an end, until it is renewed', async () => {
  const { id } = await person();
  const line = await accounts.auth.lineOf(id);
  const endless = accounts.auth.lineLink(channel, line.id);
  for (const query of [`token=${line.token}`, `line=${line.token}`, endless]) {
    const { status, found } = await get(query);
    expect([status, found.userId, found.query]).toEqual([200, id, endless]);
  }
  expect((await get(`token=${line.token}&token=${line.token}`)).status).toBe(403);
  expect((await get('token=wrong')).code).toBe('LINK_INVALID');
  await accounts.auth.renewLine(id);
  for (const query of [`token=${line.token}`, endless])
    expect((await get(query)).code, query).toBe('LINK_INVALID');
});

test('an API token opens media in its header only, and its links end when it is revoked', async () => {
  const { id, who } = await person();
  const token = await accounts.auth.createToken(who, { name: 'p', role: 'viewer' });
  const { status, found } = await get('', { authorization: `Bearer ${token.token}` });
  expect([status, found.via, found.sub]).toEqual([200, 'token', `a:${token.id}`]);
  expect((await get(found.query)).status).toBe(200);
  expect((await get(`token=${token.token}`)).status).toBe(403);
  await accounts.auth.revokeToken(id, token.id);
  expect((await get(found.query)).code).toBe('LINK_INVALID');
  expect((await get('', { authorization: `Bearer ${token.token}` })).code).toBe('UNAUTHENTICATED');
});

test('the cookie opens media on our own pages only', async () => {
  const { cookie, id } = await person();
  expect(await get('', { cookie })).toMatchObject({ status: 200, found: { via: 'cookie', userId: id } });
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'same-site' },
    { referer: 'https://evil.example/' },
  ];
  for (const from of foreign) expect((await get('', { cookie, ...from })).code).toBe('UNAUTHENTICATED');
});

test('the first credential that is there decides', async () => {
  const { cookie, link } = await person();
  const token = 'siaran_not-a-token';
  expect((await get(`${link}x`, { cookie })).code).toBe('LINK_INVALID');
  expect((await get('token=wrong', { cookie })).code).toBe('LINK_INVALID');
  expect((await get('', { cookie, authorization: `Bearer ${token}` })).code).toBe('UNAUTHENTICATED');
});

test('who may see what: private, members, link', async () => {
  const [owner, member, admin] = [await person('editor'), await person('editor'), await person('admin')];
  const expiresAtSeconds = Math.floor(accounts.clock.now() / 1000) + 600;
  const share = accounts.auth.signMedia(channel, { sub: '-', expiresAtSeconds });
  const table: [string, number, number, number, number][] = [
    // visibility, owner, member, admin, holder of a share link
    ['private', 200, 403, 200, 403],
    ['members', 200, 200, 200, 403],
    ['link', 200, 200, 200, 200],
  ];
  for (const [visibility, ...expected] of table) {
    rules = { visibility, ownerId: owner.id };
    const queries = [owner.link, member.link, admin.link, share].map((query) => get(query));
    expect(
      (await Promise.all(queries)).map((answer) => answer.status),
      visibility,
    ).toEqual(expected);
    expect((await get('', { cookie: member.cookie })).status).toBe(expected[1]);
  }
  rules = undefined;
});

test('a thing that does not exist is told to people, not to strangers', async () => {
  const { cookie, link } = await person();
  expect((await get('', { cookie }, { id: 'none' })).status).toBe(200);
  expect((await get('', {}, { id: 'none' })).status).toBe(401);
  expect((await get(link, {}, { id: 'none' })).status).toBe(403);
});

test('STREAM_ACCESS=public opens everything but private videos, and asks nobody', async () => {
  const open = await accounts.another({ STREAM_ACCESS: 'public' });
  const ask = (url: string, given?: MediaRules) =>
    open.mediaAccess({ url, headers: {} } as never, channel, given);
  expect(await ask('/stream/x')).toMatchObject({ via: 'public', query: '' });
  expect(await ask('/stream/x?sig=old&expires=1')).toMatchObject({ via: 'public' });
  expect(await ask('/stream/x', { visibility: 'members', ownerId: null })).toMatchObject({ via: 'public' });
  await expect(ask('/stream/x', { visibility: 'private', ownerId: null })).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
});

test('in another process a link outlives its session by a minute at most', async () => {
  const { id, link } = await person();
  const elsewhere = await accounts.another();
  const ask = () => elsewhere.mediaAccess({ url: `/x?${link}`, headers: {} } as never, channel);
  expect((await ask()).userId).toBe(id);
  await accounts.auth.deleteUser(id);
  accounts.clock.pass(60_001);
  await expect(ask()).rejects.toMatchObject({ code: 'LINK_INVALID' });
});
