'use client';

import { KeyRound, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../ui/button';
import { lazyPart } from '../ui/lazy-part';
import { Page, PageHead, Panel } from '../ui/panel';
import { LineCard } from './line-card';
import { TokenList } from './token-list';

const UserList = lazyPart(() => import('./user-list').then((m) => m.UserList));
const AddUserDialog = lazyPart(() => import('./user-dialog').then((m) => m.AddUserDialog));
const TokenDialog = lazyPart(() => import('./token-dialog').then((m) => m.TokenDialog));

const Part = ({
  title,
  note,
  action,
  children,
}: {
  title: string;
  note: string;
  action?: React.ReactNode;
  children: React.ReactNode;
}) => (
  <section className="mt-7">
    <div className="mb-2.5 flex items-end gap-3">
      <div className="min-w-0 flex-1">
        <h2 className="font-semibold text-lead">{title}</h2>
        <p className="text-ink-3 text-label">{note}</p>
      </div>
      {action}
    </div>
    <Panel>{children}</Panel>
  </section>
);

/** People, this person's own playlist address, and tokens for scripts. */
export const UsersScreen = () => {
  const [adding, setAdding] = useState<'user' | 'token' | null>(null);
  return (
    <Page className="max-w-[900px]">
      <PageHead title="Users" sub="Who may come in, and with what.">
        <Button tone="primary" onClick={() => setAdding('user')}>
          <UserPlus aria-hidden />
          Add person
        </Button>
      </PageHead>
      <Panel className="mt-4">
        <UserList />
      </Panel>
      <Part title="Your playlist" note="For VLC, Kodi and TV apps. It plays as you, and can do nothing else.">
        <div className="p-4">
          <LineCard />
        </div>
      </Part>
      <Part
        title="API tokens"
        note="For scripts and other programs."
        action={
          <Button onClick={() => setAdding('token')}>
            <KeyRound aria-hidden />
            New token
          </Button>
        }
      >
        <TokenList />
      </Part>
      {adding === 'user' ? <AddUserDialog onClose={() => setAdding(null)} /> : null}
      {adding === 'token' ? <TokenDialog onClose={() => setAdding(null)} /> : null}
    </Page>
  );
};
