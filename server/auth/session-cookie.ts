import { createHmac, timingSafeEqual } from 'node:crypto';

/** Reads better-auth's session cookie: `token.base64(HMAC-SHA256(token))`, percent-encoded; null when it is missing or forged. */
export function createCookieReader(options: { name: string; secret: string }) {
  const start = `${options.name}=`;
  return (header: string | undefined): string | null => {
    const found = header?.split(/;\s*/).find((part) => part.startsWith(start));
    if (found === undefined) return null;
    const value = decode(found.slice(start.length));
    const dot = value.lastIndexOf('.');
    if (dot < 1) return null;
    const token = value.slice(0, dot);
    const expected = createHmac('sha256', options.secret).update(token).digest();
    const given = Buffer.from(value.slice(dot + 1), 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected) ? token : null;
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
