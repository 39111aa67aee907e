'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Ban, CircleCheck, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { keys } from '@/lib/client/keys';
import { deleteUser, updateUser, usersQuery } from '@/lib/client/users';
import type { User } from '@/lib/contract/accounts';
import { formatAgo } from '@/lib/units/time';
import { Avatar } from '../shell/avatar';
import { useMe } from '../shell/session';
import { IconButton } from '../ui/button';
import { Confirm } from '../ui/confirm';
import { ErrorBox } from '../ui/feedback';
import { lazyPart } from '../ui/lazy-part';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu';
import { Skeleton, Tag } from '../ui/state';
import { tell, tellError } from '../ui/toast';
import { ROLE_WORDS } from './role-words';

const EditUserDialog = lazyPart(() => import('./user-dialog').then((m) => m.EditUserDialog));

type RowProps = {
  user: User;
  self: boolean;
  onEdit: () => void;
  onDelete: () => void;
  onDisable: () => void;
};

const UserRow = ({ user, self, onEdit, onDelete, onDisable }: RowProps) => (
  <li className="flex min-h-[60px] items-center gap-3 border-line-soft border-b px-4 py-2 last:border-b-0">
    <Avatar name={user.name} />
    <div className="min-w-0 flex-1">
      <p className="flex items-center gap-2">
        <b className="truncate font-semibold">{user.name}</b>
        {self ? <span className="text-ink-3 text-label">you</span> : null}
        {user.disabled ? <Tag tone="warn">Disabled</Tag> : null}
      </p>
      <p className="truncate text-ink-3 text-label">
        {user.email}
        <span className="sm:hidden"> · {ROLE_WORDS[user.role]}</span>
      </p>
    </div>
    <span className="w-20 max-sm:hidden">{ROLE_WORDS[user.role]}</span>
    <span className="w-36 text-right text-ink-3 text-label max-sm:hidden">
      {user.lastSeenAt === null ? 'Never signed in' : `Seen ${formatAgo(user.lastSeenAt, Date.now())}`}
    </span>
    <Menu
      trigger={
        <IconButton label={`Actions for ${user.name}`}>
          <Ellipsis />
        </IconButton>
      }
    >
      <MenuItem onSelect={onEdit}>
        <Pencil aria-hidden />
        Edit
      </MenuItem>
      <MenuItem onSelect={onDisable} disabled={self}>
        {user.disabled ? <CircleCheck aria-hidden /> : <Ban aria-hidden />}
        {user.disabled ? 'Enable' : 'Disable'}
      </MenuItem>
      <MenuSeparator />
      <MenuItem danger onSelect={onDelete} disabled={self}>
        <Trash2 aria-hidden />
        Delete
      </MenuItem>
    </Menu>
  </li>
);

/** Everybody with an account. */
export const UserList = () => {
  const me = useMe();
  const client = useQueryClient();
  const users = useQuery(usersQuery);
  const [editing, setEditing] = useState<User | null>(null);
  const [deleting, setDeleting] = useState<User | null>(null);
  const refresh = (): void => void client.invalidateQueries({ queryKey: keys.users });
  const disable = useMutation({
    mutationFn: (user: User) => updateUser(user.id, { disabled: !user.disabled }),
    onSuccess: (user) => {
      tell(
        user.disabled
          ? `${user.name} is signed out and cannot come back.`
          : `${user.name} can sign in again.`,
      );
      refresh();
    },
    onError: tellError,
  });
  const remove = useMutation({
    mutationFn: (user: User) => deleteUser(user.id),
    onSuccess: (_result, user) => {
      tell(`${user.name} is deleted.`);
      refresh();
    },
    onError: tellError,
  });
  if (users.error && !users.data) {
    return (
      <ErrorBox
        title="The people could not be read"
        error={users.error}
        onRetry={() => void users.refetch()}
        className="m-4"
      />
    );
  }
  return (
    <>
      <ul aria-label="People">
        {users.isPending ? (
          <li className="grid gap-3 p-4">
            <Skeleton className="h-9" />
            <Skeleton className="h-9" />
          </li>
        ) : null}
        {users.data?.items.map((user) => (
          <UserRow
            key={user.id}
            user={user}
            self={user.id === me.id}
            onEdit={() => setEditing(user)}
            onDelete={() => setDeleting(user)}
            onDisable={() => disable.mutate(user)}
          />
        ))}
      </ul>
      {editing ? <EditUserDialog user={editing} onClose={() => setEditing(null)} /> : null}
      <Confirm
        open={deleting !== null}
        onOpenChange={(open) => (open ? undefined : setDeleting(null))}
        title={`Delete ${deleting?.name ?? ''}?`}
        action="Delete"
        onConfirm={() => (deleting ? remove.mutateAsync(deleting) : Promise.resolve())}
      >
        The account, its playlist address and its sessions end at once. Videos they uploaded stay.
      </Confirm>
    </>
  );
};
