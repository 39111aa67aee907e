import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { checkOrigin, isListedOrigin } from './origin.ts';
import { createPeer } from './request.ts';

type Headers = Record<string, string>;

function refused(method: string, headers: Headers, publicUrl: string | null = null, allowed = ''): boolean {
  const peer = createPeer({ trustProxy: '', publicUrl });
  const req = { method, headers, socket: { remoteAddress: '127.0.0.1' } } as unknown as IncomingMessage;
  try {
    checkOrigin(req, { peer, publicUrl, allowedOrigins: allowed });
    return false;
  } catch (error) {
    expect(error).toMatchObject({ code: 'ORIGIN_REFUSED', status: 403 });
    return true;
  }
}

const cookie = 'siaran.session_token=x';
const host = 'localhost:8080';

describe('WEB-03 a request with a cookie', () => {
  const table: [method: string, headers: Headers, refused: boolean][] = [
    ['POST', { cookie, host, origin: 'http://localhost:8080' }, false],
    ['POST', { cookie, host, origin: 'https://localhost:8080' }, false],
    ['POST', { cookie, host: 'LOCALHOST:8080', origin: 'http://localhost:8080' }, false],
    ['POST', { cookie, host, origin: 'http://localhost:9090' }, true],
    ['POST', { cookie, host, origin: 'http://evil.test' }, true],
    ['POST', { cookie, host, origin: 'http://localhost:8080.evil.test' }, true],
    ['POST', { cookie, host, origin: 'null' }, true],
    ['POST', { cookie, host, origin: '' }, true],
    ['PATCH', { cookie, host, origin: 'http://evil.test' }, true],
    ['PUT', { cookie, host, origin: 'http://evil.test' }, true],
    ['DELETE', { cookie, host, origin: 'http://evil.test' }, true],
    ['PROPFIND', { cookie, host, origin: 'http://evil.test' }, true],
    ['GET', { cookie, host, origin: 'http://evil.test' }, false],
    ['HEAD', { cookie, host, origin: 'http://evil.test' }, false],
    ['OPTIONS', { cookie, host, origin: 'http://evil.test' }, false],
    ['POST', { cookie, host, 'sec-fetch-site': 'cross-site' }, true],
    ['POST', { cookie, host, 'sec-fetch-site': 'same-site' }, true],
    ['POST', { cookie, host, 'sec-fetch-site': 'same-origin' }, false],
    ['POST', { cookie, host, 'sec-fetch-site': 'none' }, false],
    ['POST', { cookie, host }, false],
    ['POST', { cookie, host, origin: 'http://evil.test', authorization: 'Bearer token' }, false],
    ['POST', { cookie, host, origin: 'http://evil.test', authorization: 'bearer token' }, false],
    ['POST', { cookie, host, origin: 'http://evil.test', authorization: 'Basic dXNlcjpwYXNz' }, true],
  ];
  test.each(table)('%s %o is refused: %s', (method, headers, expected) => {
    expect(refused(method, headers)).toBe(expected);
  });

  test('PUBLIC_URL is our own origin, with its scheme and port', () => {
    const headers = (origin: string) => ({ cookie, host: '127.0.0.1:8080', origin });
    expect(refused('POST', headers('https://tv.example.org'), 'https://tv.example.org/')).toBe(false);
    expect(refused('POST', headers('http://tv.example.org'), 'https://tv.example.org/')).toBe(true);
    expect(refused('POST', headers('https://tv.example.org:444'), 'https://tv.example.org/')).toBe(true);
  });

  test('ALLOWED_ORIGINS are let in, others are not', () => {
    const list = 'https://one.example.org, https://two.example.org:8443/path';
    const headers = (origin: string) => ({ cookie, host, origin });
    expect(refused('POST', headers('https://one.example.org'), null, list)).toBe(false);
    expect(refused('POST', headers('https://two.example.org:8443'), null, list)).toBe(false);
    expect(refused('POST', headers('https://two.example.org'), null, list)).toBe(true);
    expect(refused('POST', headers('https://three.example.org'), null, list)).toBe(true);
  });
});

test('a request without a cookie proves itself by its token', () => {
  expect(refused('POST', { host, origin: 'http://evil.test' })).toBe(false);
});

test('an empty list of origins lists nobody', () => {
  expect(isListedOrigin('null', '')).toBe(false);
  expect(isListedOrigin('https://one.example.org', ' ,, ')).toBe(false);
});
