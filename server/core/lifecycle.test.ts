import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { Lifecycle } from './lifecycle.ts';
import { createLog, silentLog } from './log.ts';

describe('PROC-02 closing', () => {
  test('goes backwards, one part after the other', async () => {
    const order: string[] = [];
    const lifecycle = new Lifecycle(silentLog());
    for (const name of ['database', 'jobs', 'http'])
      lifecycle.add(name, async () => {
        order.push(`${name} begins`);
        await new Promise(setImmediate);
        order.push(`${name} ends`);
      });
    await lifecycle.close();
    expect(order).toEqual(['http', 'jobs', 'database'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  test('happens once, however often it is asked for', async () => {
    let count = 0;
    const lifecycle = new Lifecycle(silentLog());
    lifecycle.add('one', () => {
      count += 1;
    });
    expect(lifecycle.closing).toBe(false);
    const first = lifecycle.close();
    expect(lifecycle.closing).toBe(true);
    expect(lifecycle.close()).toBe(first);
    await first;
    await lifecycle.close();
    expect(count).toBe(1);
  });

  test('goes on when parts throw, reject or hang, and the log names them', async () => {
    const written = new PassThrough().setEncoding('utf8');
    const { log, close } = createLog({ level: 'info', dataDir: null, stdout: written });
    const order: string[] = [];
    const lifecycle = new Lifecycle(log);
    lifecycle.add('last', () => order.push('last'));
    lifecycle.add('thrower', () => {
      throw new Error('thrown');
    });
    lifecycle.add('rejecter', () => Promise.reject(new Error('rejected')));
    lifecycle.add('hanger', () => new Promise(() => {}), 20);
    await lifecycle.close();
    await close();
    expect(order).toEqual(['last']);
    const text = String(written.read());
    expect(text).toMatch(/thrower.*thrown|thrown.*thrower/);
    expect(text).toMatch(/rejecter.*rejected|rejected.*rejecter/);
    expect(text).toContain('hanger took longer than 20 ms to close');
  });

  test('a part that is added while closing is closed as well', async () => {
    const order: string[] = [];
    const lifecycle = new Lifecycle(silentLog());
    lifecycle.add('early', () => {
      order.push('early');
      lifecycle.add('late', () => order.push('late'));
    });
    await lifecycle.close();
    expect(order).toEqual(['early', 'late']);
  });
});
