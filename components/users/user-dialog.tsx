'use client';

import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { useForm } from 'react-hook-form';
import { keys } from '@/lib/client/keys';
import { createUser, updateUser } from '@/lib/client/users';
import { PASSWORD_MIN, type User } from '@/lib/contract/accounts';
import { PasswordInput } from '../shell/password-field';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { ErrorBox } from '../ui/feedback';
import { Field, Input, Select } from '../ui/field';
import { tell } from '../ui/toast';
import { ROLE_HINTS, ROLE_WORDS } from './role-words';
import { AddUserForm, EditUserForm, userPatch } from './user-form-schema';

const RoleOptions = () => (
  <>
    <option value="viewer">{ROLE_WORDS.viewer}</option>
    <option value="editor">{ROLE_WORDS.editor}</option>
    <option value="admin">{ROLE_WORDS.admin}</option>
  </>
);

/** Adds a person. */
export const AddUserDialog = ({ onClose }: { onClose: () => void }) => {
  const client = useQueryClient();
  const formId = useId();
  const form = useForm<AddUserForm>({
    resolver: zodResolver(AddUserForm),
    defaultValues: { name: '', email: '', password: '', role: 'viewer' },
  });
  const { errors } = form.formState;
  const add = useMutation({
    mutationFn: createUser,
    onSuccess: (user) => {
      tell(`${user.name} can sign in now.`);
      void client.invalidateQueries({ queryKey: keys.users });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title="Add a person"
      width="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" busy={add.isPending}>
            Add person
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="grid gap-4"
        onSubmit={form.handleSubmit((values) => add.mutate(values))}
      >
        <Field label="Name" error={errors.name?.message}>
          <Input {...form.register('name')} autoComplete="off" autoFocus />
        </Field>
        <Field label="E-mail" error={errors.email?.message}>
          <Input {...form.register('email')} type="email" autoComplete="off" />
        </Field>
        <Field
          label="Password"
          error={errors.password?.message}
          hint={`At least ${PASSWORD_MIN} characters. Tell it the person yourself.`}
        >
          <PasswordInput {...form.register('password')} autoComplete="new-password" />
        </Field>
        <Field label="Role" hint={ROLE_HINTS[form.watch('role')]}>
          <Select {...form.register('role')}>
            <RoleOptions />
          </Select>
        </Field>
        {add.error ? <ErrorBox title="The person was not added" error={add.error} /> : null}
      </form>
    </Dialog>
  );
};

/** Changes a person's name, role or password. */
export const EditUserDialog = ({ user, onClose }: { user: User; onClose: () => void }) => {
  const client = useQueryClient();
  const formId = useId();
  const form = useForm<EditUserForm>({
    resolver: zodResolver(EditUserForm),
    defaultValues: { name: user.name, role: user.role, password: '' },
  });
  const { errors } = form.formState;
  const save = useMutation({
    mutationFn: (values: EditUserForm) => updateUser(user.id, userPatch(values, user)),
    onSuccess: (saved) => {
      tell(`${saved.name} is saved.`);
      void client.invalidateQueries({ queryKey: keys.users });
      void client.invalidateQueries({ queryKey: keys.me });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`Edit ${user.name}`}
      description={user.email}
      width="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" busy={save.isPending}>
            Save
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="grid gap-4"
        onSubmit={form.handleSubmit((values) => save.mutate(values))}
      >
        <Field label="Name" error={errors.name?.message}>
          <Input {...form.register('name')} autoComplete="off" />
        </Field>
        <Field label="Role" hint={ROLE_HINTS[form.watch('role')]}>
          <Select {...form.register('role')}>
            <RoleOptions />
          </Select>
        </Field>
        <Field
          label="New password"
          aside="optional"
          error={errors.password?.message}
          hint="Empty keeps the old one."
        >
          <PasswordInput {...form.register('password')} autoComplete="new-password" />
        </Field>
        {save.error ? <ErrorBox title="The person was not saved" error={save.error} /> : null}
      </form>
    </Dialog>
  );
};
