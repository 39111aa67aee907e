import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { createPeer } from '../http/request.ts';
import { isOwnPage } from './own-page.ts';

const publicUrl = 'https://tv.example.org';
const rules = {
  peer: createPeer({ trustProxy: '', publicUrl }),
  publicUrl,
  allowedOrigins: 'https://embed.example.net',
};

const CASES: [boolean, Record<string, string>][] = [
  [true, {}],
  [true, { origin: 'http://10.0.0.1:8080' }],
  [true, { origin: 'https://tv.example.org' }],
  [true, { 'sec-fetch-site': 'same-origin' }],
  [true, { 'sec-fetch-site': 'none' }],
  [true, { referer: 'http://10.0.0.1:8080/tv' }],
  [false, { origin: 'http://10.0.0.1:9090' }],
  [false, { origin: 'https://embed.example.net' }],
  [false, { origin: 'null' }],
  [false, { 'sec-fetch-site': 'same-site' }],
  [false, { 'sec-fetch-site': 'cross-site', referer: 'http://10.0.0.1:8080/tv' }],
  [false, { referer: 'http://10.0.0.1:9090/tv' }],
  [false, { referer: 'not an address' }],
];

it.each(CASES)('a cookie opens media: %s, when the request says %o', (own, headers) => {
  const req = { headers: { host: '10.0.0.1:8080', ...headers }, socket: { remoteAddress: '127.0.0.1' } };
  expect(isOwnPage(req as unknown as IncomingMessage, rules)).toBe(own);
});
