'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { usePathname, useRouter } from 'next/navigation';
import { createContext, type ReactNode, useContext, useEffect } from 'react';
import { isSignedOut } from '@/lib/client/errors';
import { meQuery, setupQuery, signOut } from '@/lib/client/session';
import type { Me } from '@/lib/contract/accounts';
import { type Role, roleAtLeast } from '@/lib/contract/role-order';
import { LogoMark } from '../brand/logo';
import { ErrorBox } from '../ui/feedback';
import { tellError } from '../ui/toast';

const Session = createContext<Me | null>(null);

/** Who is signed in, for everything inside a `SessionGate`. */
export const useMe = (): Me => {
  const me = useContext(Session);
  if (me === null) throw new Error('useMe stands outside of a SessionGate');
  return me;
};

/** True when the signed-in person may do what `role` may do. */
export const useMay = (role: Role): boolean => roleAtLeast(useMe().role, role);

/** Where a person starts: the control room, or the television. */
export const homeOf = (role: Role): string => (role === 'viewer' ? '/tv' : '/overview');

const Waiting = ({ children }: { children?: ReactNode }) => (
  <main className="late grid min-h-dvh place-items-center p-6">
    {children ?? (
      <span role="status" aria-label="Opening Siaran">
        <LogoMark className="size-9 animate-[pulse-live_1.8s_ease-in-out_infinite]" />
      </span>
    )}
  </main>
);

/** Asks who is there and shows the page to whoever may see it; everybody else goes where they belong. */
export const SessionGate = ({ need, children }: { need: Role; children: ReactNode }) => {
  const me = useQuery(meQuery);
  const router = useRouter();
  const path = usePathname();
  const signedOut = isSignedOut(me.error);
  const setup = useQuery({ ...setupQuery, enabled: signedOut });
  const refused = me.data !== undefined && !roleAtLeast(me.data.role, need);

  useEffect(() => {
    if (refused && me.data) router.replace(homeOf(me.data.role));
  }, [refused, me.data, router]);
  useEffect(() => {
    if (!signedOut || setup.isPending) return;
    const here = `${path}${window.location.search}`;
    router.replace(setup.data?.needed ? '/setup' : `/login?next=${encodeURIComponent(here)}`);
  }, [signedOut, setup.isPending, setup.data, path, router]);

  if (me.data && !signedOut && !refused)
    return <Session.Provider value={me.data}>{children}</Session.Provider>;
  if (me.error && !signedOut) {
    return (
      <Waiting>
        <ErrorBox
          title="Siaran could not be opened"
          error={me.error}
          onRetry={() => void me.refetch()}
          className="max-w-md"
        />
      </Waiting>
    );
  }
  return <Waiting />;
};

/** Ends the session and forgets everything that was read in it. */
export const useSignOut = (): (() => Promise<void>) => {
  const client = useQueryClient();
  const router = useRouter();
  return async () => {
    try {
      await signOut();
      client.clear();
      router.replace('/login');
    } catch (error) {
      tellError(error);
    }
  };
};
