import { z } from 'zod';

export const ROLES = ['admin', 'editor', 'viewer'] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/** True when `role` may do what `needed` may do: admin ⊃ editor ⊃ viewer; a role that nobody knows may do nothing. */
export const roleAtLeast = (role: Role, needed: Role): boolean =>
  ROLES.includes(role) && ROLES.indexOf(role) <= ROLES.indexOf(needed);
