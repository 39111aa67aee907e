import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseAddressRules } from '../core/address-rules.ts';
import { isAppError } from '../core/errors.ts';
import { createNet, type Net, type NetOptions } from './net.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let canary: TestServer;
const nets: Net[] = [];

const netWith = (options: NetOptions = {}): Net => {
  const net = createNet(options);
  nets.push(net);
  return net;
};
const rules = (text: string) => parseAddressRules(text) ?? [];
const codeOf = async (promise: Promise<unknown>) => {
  try {
    await promise;
  } catch (error) {
    return isAppError(error) ? error.code : String(error);
  }
  return 'no error';
};

beforeEach(async () => {
  canary = await startTestServer((_req, res) => res.end('reached'));
});
afterEach(async () => {
  await Promise.all(nets.splice(0).map((net) => net.close()));
  await canary.close();
});

describe('addresses that are never public', () => {
  const blocked = [
    '169.254.169.254',
    '127.0.0.1',
    '[::1]',
    '0',
    '0.0.0.0',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.0.0.1.',
    '１２７.0.0.1',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::1]',
    '[fe80::1]',
    '[fc00::1]',
    '[fd12:3456::1]',
    '[fec0::1]',
    '[::]',
    '0.1.2.3',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '192.0.0.8',
    '192.0.2.1',
    '192.88.99.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.9',
    '224.0.0.1',
    '239.1.2.3',
    '240.0.0.1',
    '255.255.255.255',
    '[ff02::1]',
    '[2002:7f00:1::]',
    '[2001::1]',
    '[2001:db8::1]',
    '[100::1]',
  ];
  test.each(blocked)('NET-01 NET-02 NET-03 http://%s is refused without a connect', async (host) => {
    const net = netWith();
    expect(await codeOf(net.text(`http://${host}:${canary.port}/`))).toBe('ADDRESS_BLOCKED');
    expect(canary.connections()).toBe(0);
    expect(net.attempts().map((line) => line.result)).toEqual(['blocked']);
  });

  test('NET-01 a name that resolves to loopback is refused', async () => {
    const net = netWith();
    expect(await codeOf(net.text(`http://localhost:${canary.port}/`))).toBe('ADDRESS_BLOCKED');
    expect(canary.connections()).toBe(0);
  });
});

describe('the allow list', () => {
  test('NET-08 loopback opens by its own entry with the port, and only that port', async () => {
    const net = netWith({ allow: rules(`127.0.0.1/32:${canary.port}`) });
    expect((await net.text(`${canary.origin}/`)).text).toBe('reached');
    expect(await codeOf(net.text(`http://127.0.0.1:${canary.port === 65_535 ? 1 : canary.port + 1}/`))).toBe(
      'ADDRESS_BLOCKED',
    );
  });

  test.each(['0.0.0.0/0', '127.0.0.0/8', '0.0.0.0/0:PORT', '169.254.0.0/16'])(
    'NET-08 %s does not open loopback',
    async (text) => {
      const net = netWith({ allow: rules(text.replace('PORT', String(canary.port))) });
      expect(await codeOf(net.text(`${canary.origin}/`))).toBe('ADDRESS_BLOCKED');
      expect(canary.connections()).toBe(0);
    },
  );

  test.each(['http://169.254.169.254/latest/meta-data', 'http://[fe80::1]/', 'http://[::ffff:169.254.1.1]/'])(
    'NET-08 %s stays refused under any list',
    async (url) => {
      const net = netWith({
        allow: rules('0.0.0.0/0, [::]/0, 169.254.0.0/16, 169.254.169.254/32:80, [fe80::]/10'),
      });
      expect(await codeOf(net.text(url))).toBe('ADDRESS_BLOCKED');
    },
  );

  test('NET-07 our own port is refused although the list opens it', async () => {
    const net = netWith({
      allow: rules(`127.0.0.1/32:${canary.port}`),
      never: { ownPorts: () => [canary.port] },
    });
    expect(await codeOf(net.text(`${canary.origin}/`))).toBe('ADDRESS_BLOCKED');
    expect(canary.connections()).toBe(0);
  });

  test('NET-07 the database is refused by name and by address although the list opens it', async () => {
    const net = netWith({
      allow: rules(`127.0.0.1/32:${canary.port}`),
      never: { services: () => [{ host: 'db.example', port: canary.port }] },
      lookup: async () => ['127.0.0.1'],
    });
    expect(await codeOf(net.text(`http://db.example:${canary.port}/`))).toBe('ADDRESS_BLOCKED');
    expect(await codeOf(net.text(`${canary.origin}/`))).toBe('ADDRESS_BLOCKED');
    expect(canary.connections()).toBe(0);
  });

  test.each([22, 25, 5432, 6379])('NET-07 port %i of a public host is refused', async (port) => {
    const net = netWith({ lookup: async () => ['93.184.215.14'] });
    expect(await codeOf(net.text(`http://public.example:${port}/`))).toBe('ADDRESS_BLOCKED');
  });
});

describe('names', () => {
  test('NET-06 a name with one private address among public ones is refused whole', async () => {
    const net = netWith({ lookup: async () => ['93.184.215.14', '127.0.0.1'] });
    expect(await codeOf(net.text(`http://mixed.example:${canary.port}/`))).toBe('ADDRESS_BLOCKED');
    expect(canary.connections()).toBe(0);
  });

  test('NET-06 the address that was checked is the one connected to; the name is asked once', async () => {
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    let asked = 0;
    const net = netWith({
      allow: rules(`127.0.0.1/32:${canary.port}`),
      lookup: async () => answers[asked++] ?? [],
    });
    expect((await net.text(`http://rebind.example:${canary.port}/`)).text).toBe('reached');
    expect(asked).toBe(1);
    expect(net.attempts()).toMatchObject([
      { host: 'rebind.example', address: '127.0.0.1', port: canary.port, result: 'connected' },
    ]);
  });

  test('a name that does not exist says so', async () => {
    const net = netWith({ lookup: () => Promise.reject(new Error('ENOTFOUND')) });
    expect(await codeOf(net.text('http://nowhere.example/'))).toBe('ADDRESS_UNRESOLVED');
  });
});

describe('forms of an address', () => {
  const tricks = [
    'http://public.example@127.0.0.1:PORT/',
    'http://127.0.0.1:PORT\\@public.example/',
    'http://127.0.0.1:PORT#@public.example/',
    'http:\\\\127.0.0.1:PORT/',
    'http:127.0.0.1:PORT/',
    ' http://127.0.0.1:PORT/',
  ];
  test.each(tricks)('NET-07 %s is checked in the form it is used', async (trick) => {
    const net = netWith();
    expect(await codeOf(net.text(trick.replace('PORT', String(canary.port))))).toBe('ADDRESS_BLOCKED');
    expect(canary.connections()).toBe(0);
  });

  test.each([
    'file:///etc/passwd',
    'gopher://x/',
    'ftp://x/',
    'javascript:alert(1)',
    'data:,x',
    'nonsense',
    '',
  ])('"%s" is not opened', async (address) => {
    expect(await codeOf(netWith().text(address))).toBe('ADDRESS_INVALID');
  });
});
