import { expect, test } from 'vitest';
import { identityOf } from './identity.ts';

const same: [string, string][] = [
  ['http://user:pass@h/1.ts', 'http://other:pw@h/1.ts'],
  ['http://h/1.ts?token=abc&id=5', 'http://h/1.ts?token=xyz&id=5'],
  ['http://h/1.ts?id=5&expires=1&sig=a', 'http://h/1.ts?id=5&expires=2&sig=b'],
  ['http://h/1?id=5&x=a1b2c3d4e5f6a7b8c9d0e1f2', 'http://h/1?id=5&x=ffeeddccbbaa99887766554433a1'],
  ['http://H:80/1', 'http://h/1#part'],
  ['rtmp://u:p@h/app', 'rtmp://h/app'],
];
test.each(same)('%s and %s are the same entry', (a, b) => {
  expect(identityOf(a)).toBe(identityOf(b));
});

const different: [string, string][] = [
  ['http://h/1.ts?id=5', 'http://h/1.ts?id=6'],
  ['http://h/1.ts', 'http://h/2.ts'],
  ['http://h/1.ts', 'https://h/1.ts'],
  ['http://h:81/1.ts', 'http://h:82/1.ts'],
  ['udp://@239.0.0.1:1', 'udp://@239.0.0.2:1'],
];
test.each(different)('%s and %s are two entries', (a, b) => {
  expect(identityOf(a)).not.toBe(identityOf(b));
});
