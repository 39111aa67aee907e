/** Every role, the mightiest first; kept apart from its schema so that the panel's first load does without zod. */
export const ROLES = ['admin', 'editor', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** True when `role` may do what `needed` may do: admin ⊃ editor ⊃ viewer; a role that nobody knows may do nothing. */
export const roleAtLeast = (role: Role, needed: Role): boolean =>
  ROLES.includes(role) && ROLES.indexOf(role) <= ROLES.indexOf(needed);
