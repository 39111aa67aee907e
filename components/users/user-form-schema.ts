import { z } from 'zod';
import { PASSWORD_MIN, UserCreate } from '../../lib/contract/accounts.ts';
import { Role } from '../../lib/contract/roles.ts';

/** The form that adds a person. */
export const AddUserForm = UserCreate;
export type AddUserForm = z.infer<typeof AddUserForm>;

/** The form that changes one; an empty password keeps the old one. */
export const EditUserForm = z.object({
  name: z.string().trim().min(1, 'Give a name.').max(100),
  role: Role,
  password: z
    .string()
    .max(200)
    .refine((text) => text === '' || text.length >= PASSWORD_MIN, {
      error: `Use at least ${PASSWORD_MIN} characters, or leave it empty.`,
    }),
});
export type EditUserForm = z.infer<typeof EditUserForm>;

type Before = { name: string; role: Role };
type Patch = { name?: string; role?: Role; password?: string };

/** Only what differs, so that an unchanged role is not written again. */
export const userPatch = (form: EditUserForm, before: Before): Patch => {
  const patch: Patch = {};
  if (form.name !== before.name) patch.name = form.name;
  if (form.role !== before.role) patch.role = form.role;
  if (form.password !== '') patch.password = form.password;
  return patch;
};
