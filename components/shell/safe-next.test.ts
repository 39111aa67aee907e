import { describe, expect, it } from 'vitest';
import { safeNext } from './safe-next.ts';

describe('the page after signing in', () => {
  it('keeps a page of this site with its filter', () =>
    expect(safeNext('/channels?group=Sport')).toBe('/channels?group=Sport'));

  it.each([
    null,
    '',
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/login?next=/login',
    'javascript:alert(1)',
  ])('answers the start page for %j', (next) => expect(safeNext(next)).toBe('/'));
});
