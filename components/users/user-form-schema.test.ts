import { describe, expect, it } from 'vitest';
import { AddUserForm, EditUserForm, userPatch } from './user-form-schema.ts';

const before = { name: 'Sari', role: 'editor' as const };

describe('the forms of a person', () => {
  it('says in words what a wrong new person lacks', () => {
    const { error } = AddUserForm.safeParse({
      name: 'A',
      email: 'nobody',
      password: 'short',
      role: 'viewer',
    });
    expect(error?.issues.map((issue) => issue.message)).toEqual([
      'This is not an e-mail address.',
      'Use at least 10 characters.',
    ]);
  });

  it('takes an empty password as no change, a short one as a slip', () => {
    expect(EditUserForm.safeParse({ ...before, password: '' }).success).toBe(true);
    expect(EditUserForm.safeParse({ ...before, password: 'short' }).success).toBe(false);
  });

  it('sends only what differs', () => {
    expect(userPatch({ ...before, password: '' }, before)).toEqual({});
    expect(userPatch({ name: 'Sari W.', role: 'admin', password: 'sembilan-kuda' }, before)).toEqual({
      name: 'Sari W.',
      role: 'admin',
      password: 'sembilan-kuda',
    });
  });
});
