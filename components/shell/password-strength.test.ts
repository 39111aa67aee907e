import { describe, expect, it } from 'vitest';
import { passwordStrength } from './password-strength.ts';

describe('the hint below a password', () => {
  it.each([
    ['abc', 'Too short'],
    ['aaaaaaaaaaaaaaaaaaaa', 'Weak'],
    ['password12', 'Fair'],
    ['sembilan-kuda-Biru', 'Strong'],
  ])('calls %s %s', (password, word) => expect(passwordStrength(password, 10).word).toBe(word));
});
