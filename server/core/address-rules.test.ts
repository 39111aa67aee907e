import { expect, test } from 'vitest';
import { isAddressRules, parseAddressRules } from './address-rules.ts';

const rule = (network: string, prefix: number, port: number | null = null) => ({ network, prefix, port });

test.each([
  ['', []],
  [' , ', []],
  ['10.0.0.0/8', [rule('10.0.0.0', 8)]],
  ['192.168.1.5', [rule('192.168.1.5', 32)]],
  ['127.0.0.1/32:19000', [rule('127.0.0.1', 32, 19_000)]],
  ['127.0.0.1:80', [rule('127.0.0.1', 32, 80)]],
  ['0.0.0.0/0', [rule('0.0.0.0', 0)]],
  ['[fd00::]/8:8080', [rule('fd00::', 8, 8080)]],
  ['[::1]', [rule('::1', 128)]],
  ['fd00::/8', [rule('fd00::', 8)]],
  ['::1', [rule('::1', 128)]],
  [
    '10.0.0.0/8, 127.0.0.1/32:1\n[::1]:65535',
    [rule('10.0.0.0', 8), rule('127.0.0.1', 32, 1), rule('::1', 128, 65_535)],
  ],
])('NET-08 "%s" is read', (text, rules) => {
  expect(parseAddressRules(text)).toEqual(rules);
});

test.each([
  'localhost',
  'example.org/8',
  '10.0.0.0/33',
  '10.0.0/8',
  '010.0.0.1',
  '10.0.0.0/',
  '10.0.0.0/-1',
  '10.0.0.1:0',
  '10.0.0.1:65536',
  '10.0.0.1:',
  'fd00::/8:8080',
  '[fd00::]/129',
  '[fd00::',
  '[10.0.0.0]/8',
  'fe80::1%eth0',
  '10.0.0.0/8;rm',
  '*',
  '10.0.0.0/8, nonsense',
])('NET-08 "%s" is refused as a whole', (text) => {
  expect(parseAddressRules(text)).toBeNull();
  expect(isAddressRules(text)).toBe(false);
});
