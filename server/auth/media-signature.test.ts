import { createHmac, createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { createMediaSigner, type MediaSub } from './media-signature.ts';

const key = createSecretKey(Buffer.alloc(32, 7));
const NOW = Date.UTC(2026, 0, 1);
const later = NOW / 1000 + 600;
const signer = createMediaSigner({ key, now: () => NOW });
const channel = { kind: 'channel', id: newId() } as const;
const video = { kind: 'video', id: newId() } as const;
const session: MediaSub = `s:${newId()}`;
const line: MediaSub = `l:${newId()}`;
const good = signer.sign(channel, { sub: session, expiresAtSeconds: later });
const [expiresPart = '', sigPart = ''] = good.split('&');
const mac = sigPart.slice(sigPart.lastIndexOf('.') + 1);

const refused = (query: string, resource: typeof channel | typeof video = channel): string => {
  try {
    return `accepted as ${JSON.stringify(signer.verify(resource, query))}`;
  } catch (error) {
    return isAppError(error) ? error.code : String(error);
  }
};

const flip = (text: string, at: number, bit: number) =>
  text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ bit) + text.slice(at + 1);

const expired = signer.sign(channel, { sub: session, expiresAtSeconds: NOW / 1000 });
const forged = (head: string, expires: number, sub: string, secret: Buffer) => {
  const sum = createHmac('sha256', secret).update(`${head}|channel:${channel.id}|${expires}|${sub}`);
  return `expires=${expires}&sig=v1.${sub}.${sum.digest('base64url')}`;
};

/** [what was done to the link, the query] of CLI-08. */
const WRONG: [string, string][] = [
  ['expired a moment ago', expired],
  ['moved into the future', good.replace(expiresPart, `expires=${later + 3600}`)],
  ['another session', good.replace(session, `s:${newId()}`)],
  ['session turned into a line', good.replace(session, line)],
  ['session turned into a share link', good.replace(session, '-')],
  ['an endless link of a session', forged('v1', 0, session, Buffer.alloc(32, 7))],
  ['an endless share link', forged('v1', 0, '-', Buffer.alloc(32, 7))],
  ['another head', forged('v2', later, session, Buffer.alloc(32, 7))],
  ['another key', forged('v1', later, session, Buffer.alloc(32, 8))],
  ['a longer key', forged('v1', later, session, Buffer.alloc(64, 7))],
  ['another key id', good.replace('sig=v1.', 'sig=v2.')],
  ['an algorithm name', good.replace('sig=v1.', 'sig=none.')],
  ['without MAC', `${expiresPart}&sig=v1.${session}.`],
  ['MAC cut by one', good.slice(0, -1)],
  ['MAC longer by one', `${good}A`],
  ['padded MAC', `${good}=`],
  ['empty sig', `${expiresPart}&sig=`],
  ['empty expires', `expires=&${sigPart}`],
  ['no sig', expiresPart],
  ['no expires', sigPart],
  ['sig twice', `${good}&${sigPart}`],
  ['expires twice', `${good}&${expiresPart}`],
  ['sig as a list', `${good}&sig[]=x`],
  ['sig in capitals', good.replace('sig=', 'SIG=')],
  ['expires with a dot', good.replace(expiresPart, `${expiresPart}.0`)],
  ['expires in hex', good.replace(expiresPart, 'expires=0x7fffffff')],
  ['negative expires', good.replace(expiresPart, 'expires=-1')],
  ['expires with a leading zero', good.replace('expires=', 'expires=0')],
  ['expires beyond all numbers', good.replace(expiresPart, `expires=${'9'.repeat(400)}`)],
  ['a subject that is no uuid', good.replace(session, 's:------------------------------------')],
  ['a null byte', `${good}%00`],
  ['wrong UTF-8', good.replace(mac, `%ff${mac.slice(3)}`)],
  ['a very long query', `${good}&x=${'a'.repeat(10_000)}`],
];

describe('signatures of media addresses', () => {
  it.each(WRONG)('CLI-08: refuses a link %s', (_what, query) => {
    expect(refused(query)).toBe('LINK_INVALID');
  });

  it('CLI-08: refuses the link after any one bit of its signature was flipped', () => {
    expect(signer.verify(channel, good)?.sub).toBe(session);
    const start = good.indexOf('sig=') + 4;
    for (let at = start; at < good.length; at++)
      for (const bit of [1, 2, 4, 8, 16, 32])
        expect(refused(flip(good, at, bit)), `${at}/${bit}`).toBe('LINK_INVALID');
  });

  it('CLI-09: refuses a link of one channel on another and on a video', () => {
    expect(refused(good, { kind: 'channel', id: newId() } as typeof channel)).toBe('LINK_INVALID');
    expect(refused(good, { kind: 'video', id: channel.id } as typeof video)).toBe('LINK_INVALID');
    expect(refused(good, video)).toBe('LINK_INVALID');
  });

  it('grants what was signed, beside other parameters, again and again', () => {
    for (const query of [good, `v=1&${good}`, `${sigPart}&${expiresPart}`, `signal=1&${good}`])
      expect(signer.verify(channel, query)).toEqual({ sub: session, expiresAtSeconds: later });
  });

  it('takes no signature as no answer', () => {
    for (const query of ['', 'quality=720p', 'design=1', 'token=abc'])
      expect(signer.verify(channel, query)).toBeNull();
  });

  it('lets a link end although it was proved before', () => {
    let now = NOW;
    const own = createMediaSigner({ key, now: () => now });
    expect(own.verify(channel, good)?.sub).toBe(session);
    now = later * 1000;
    expect(() => own.verify(channel, good)).toThrow(/not valid/);
  });

  it('gives links without an end to lines only', () => {
    const endless = signer.sign(channel, { sub: line, expiresAtSeconds: 0 });
    expect(signer.verify(channel, endless)).toEqual({ sub: line, expiresAtSeconds: 0 });
    expect(() => signer.sign(channel, { sub: '-', expiresAtSeconds: 0 })).toThrow();
    expect(() => signer.sign(channel, { sub: session, expiresAtSeconds: 0 })).toThrow();
    expect(() => signer.sign(channel, { sub: session, expiresAtSeconds: Number.NaN })).toThrow();
  });
});
