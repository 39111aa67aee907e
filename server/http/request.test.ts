import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createPeer, isAllowedHost, requestId, targetOf } from './request.ts';

type Headers = Record<string, string>;

const from = (remoteAddress: string, headers: Headers = {}, url = '/') =>
  ({ socket: { remoteAddress }, headers, url }) as unknown as IncomingMessage;

describe('Host', () => {
  const table: [host: string | undefined, publicUrl: string | null, allowed: boolean][] = [
    ['localhost', null, true],
    ['localhost:8080', null, true],
    ['LOCALHOST:8080', null, true],
    ['siaran.localhost', null, true],
    ['127.0.0.1:8080', null, true],
    ['192.168.1.5', null, true],
    ['[::1]:8080', null, true],
    ['[fd00::1]', null, true],
    [undefined, null, true],
    ['tv.example.org', 'https://tv.example.org', true],
    ['TV.Example.org:443', 'https://tv.example.org', true],
    ['tv.example.org', 'https://TV.example.org:8443/', true],
    ['tv.example.org', null, false],
    ['other.example.org', 'https://tv.example.org', false],
    ['tv.example.org.evil.test', 'https://tv.example.org', false],
    ['eviltv.example.org', 'https://tv.example.org', false],
    ['127.0.0.1.evil.test', null, false],
    ['localhost.evil.test', null, false],
    ['2130706433', null, false],
    ['', null, false],
    ['local host', null, false],
    ['localhost/path', null, false],
    ['user@localhost', null, false],
    ['localhost\\evil', null, false],
    [`${'a'.repeat(300)}.localhost`, null, false],
  ];
  test.each(table)('%s with PUBLIC_URL %s is allowed: %s', (host, publicUrl, allowed) => {
    expect(isAllowedHost(host, publicUrl)).toBe(allowed);
  });
});

describe('forwarded headers', () => {
  const named: Headers = {
    host: '127.0.0.1:8080',
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'tv.example.org',
  };

  test('UP-12 nobody is trusted unless TRUST_PROXY says so', () => {
    const peer = createPeer({ trustProxy: '', publicUrl: null });
    const req = from('127.0.0.1', named);
    expect(peer.address(req)).toBe('127.0.0.1');
    expect(peer.protocol(req)).toBe('http');
    expect(peer.host(req)).toBe('127.0.0.1:8080');
    expect(peer.origin(req)).toBe('http://127.0.0.1:8080');
  });

  test.each(['127.0.0.1', '::ffff:127.0.0.1', '10.9.8.7', 'fd00::5'])(
    'a trusted proxy at %s is believed',
    (address) => {
      const peer = createPeer({ trustProxy: '127.0.0.1, 10.0.0.0/8, [fd00::]/8', publicUrl: null });
      const req = from(address, named);
      expect(peer.address(req)).toBe('203.0.113.7');
      expect(peer.origin(req)).toBe('https://tv.example.org');
    },
  );

  test.each(['203.0.113.9', '11.0.0.1', 'fe80::1'])('a stranger at %s is not', (address) => {
    const peer = createPeer({ trustProxy: '127.0.0.1, 10.0.0.0/8, [fd00::]/8', publicUrl: null });
    expect(peer.address(from(address, named))).toBe(address);
    expect(peer.host(from(address, named))).toBe('127.0.0.1:8080');
  });

  const chains: [forwardedFor: string, address: string][] = [
    ['203.0.113.7', '203.0.113.7'],
    ['6.6.6.6, 203.0.113.7', '203.0.113.7'],
    ['6.6.6.6, 203.0.113.7, 10.0.0.2', '203.0.113.7'],
    ['10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['6.6.6.6, not-an-address', '10.0.0.1'],
    ['2001:db8::7', '2001:db8::7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['', '10.0.0.1'],
    [' , ', '10.0.0.1'],
  ];
  test.each(chains)(
    'WEB-01 of the chain "%s" the nearest address that is not ours counts',
    (chain, address) => {
      const peer = createPeer({ trustProxy: '10.0.0.0/8', publicUrl: null });
      expect(peer.address(from('10.0.0.1', { 'x-forwarded-for': chain }))).toBe(address);
    },
  );

  test('a forwarded host that is no host is not used', () => {
    const peer = createPeer({ trustProxy: '10.0.0.0/8', publicUrl: null });
    const req = from('10.0.0.1', { host: 'localhost', 'x-forwarded-host': 'a"><b' });
    expect(peer.host(req)).toBe('localhost');
  });

  test('PUBLIC_URL beats everything in addresses', () => {
    const peer = createPeer({ trustProxy: '127.0.0.1', publicUrl: 'https://tv.example.org:8443/panel' });
    expect(peer.origin(from('127.0.0.1', { host: 'localhost' }))).toBe('https://tv.example.org:8443');
  });
});

describe('target', () => {
  test('path and query are told apart at the first question mark', () => {
    const target = targetOf(from('127.0.0.1', {}, '/stream/one?sig=a.b&x=1?2'));
    expect(target?.pathname).toBe('/stream/one');
    expect([...(target?.search ?? [])]).toEqual([
      ['sig', 'a.b'],
      ['x', '1?2'],
    ]);
  });

  test.each(['*', 'http://localhost/a', 'localhost:80', ''])('"%s" is no path', (url) => {
    expect(targetOf(from('127.0.0.1', {}, url))).toBeNull();
  });

  test('CLI-07 nothing is decoded or cleaned before routes have looked', () => {
    expect(targetOf(from('127.0.0.1', {}, '/hls/%2e%2e/..//a%00'))?.pathname).toBe('/hls/%2e%2e/..//a%00');
  });
});

test('a request keeps its id, and no other has the same', () => {
  const one = from('127.0.0.1');
  expect(requestId(one)).toBe(requestId(one));
  expect(requestId(one)).not.toBe(requestId(from('127.0.0.1')));
});
