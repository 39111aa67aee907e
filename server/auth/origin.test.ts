import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createOriginCheck } from './origin.ts';

const request = (method: string, headers: Record<string, string>): IncomingMessage =>
  ({ method, headers }) as unknown as IncomingMessage;

const check = createOriginCheck({
  publicUrl: 'https://tv.example.org',
  allowedOrigins: 'https://embed.example.net, http://10.0.0.7:3000',
  hostOf: (req) => req.headers.host,
});
const allowed = (method: string, headers: Record<string, string>): boolean => {
  try {
    check.requireSameOrigin(
      request(method, { host: '127.0.0.1:8080', cookie: 'siaran.session_token=x', ...headers }),
    );
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'ORIGIN_REFUSED', status: 403 });
    return false;
  }
};

const CASES: [boolean, string, Record<string, string>][] = [
  [true, 'POST', { origin: 'http://127.0.0.1:8080' }],
  [true, 'POST', { origin: 'https://tv.example.org' }],
  [true, 'DELETE', { origin: 'https://embed.example.net' }],
  [true, 'PATCH', { origin: 'http://10.0.0.7:3000' }],
  [true, 'POST', { 'sec-fetch-site': 'same-origin' }],
  [true, 'POST', {}],
  [true, 'GET', { origin: 'https://evil.example' }],
  [false, 'POST', { origin: 'https://evil.example' }],
  [false, 'DELETE', { origin: 'http://127.0.0.1:9999' }],
  [false, 'POST', { origin: 'null' }],
  [false, 'POST', { origin: '' }],
  [false, 'POST', { origin: 'https://tv.example.org.evil.example' }],
  [false, 'POST', { origin: 'http://tv.example.org' }],
  [false, 'PATCH', { 'sec-fetch-site': 'cross-site' }],
  [false, 'PATCH', { 'sec-fetch-site': 'same-site' }],
  [false, 'POST', { referer: 'https://evil.example/page' }],
  [false, 'POST', { origin: 'https://evil.example', authorization: 'Bearer x' }],
  [true, 'POST', { origin: 'https://evil.example', authorization: 'Bearer x', cookie: '' }],
];

describe('requests of other sites', () => {
  it.each(CASES)('WEB-03: allowed is %s for %s with %o', (expected, method, headers) => {
    const { cookie, ...rest } = headers;
    if (cookie !== '') return expect(allowed(method, headers)).toBe(expected);
    expect(() => check.requireSameOrigin(request(method, { host: '127.0.0.1:8080', ...rest }))).not.toThrow();
  });

  it('counts a listed site as another one when media is opened by cookie', () => {
    expect(check.isOwn(request('GET', { host: 'a:1', origin: 'http://a:1' }))).toBe(true);
    expect(check.isOwn(request('GET', { host: 'a:1', referer: 'http://a:1/tv' }))).toBe(true);
    expect(check.isOwn(request('GET', { host: 'a:1', origin: 'https://embed.example.net' }))).toBe(false);
    expect(check.isOwn(request('GET', { host: 'a:1', referer: 'https://evil.example/' }))).toBe(false);
    expect(check.isOwn(request('GET', { host: 'a:1', 'sec-fetch-site': 'same-site' }))).toBe(false);
  });
});
