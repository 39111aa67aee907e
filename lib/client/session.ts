import type { z } from 'zod';
import type { Line, Me, SetupChecks, SetupRequest, SetupStatus, SignIn } from '../contract/accounts.ts';
import { get, post } from './http.ts';
import { keys } from './keys.ts';

/** Who is signed in; answers 401 when nobody is. */
export const meQuery = { queryKey: keys.me, queryFn: () => get<Me>('/api/v1/me'), staleTime: 60_000 };

export const setupQuery = {
  queryKey: keys.setup,
  queryFn: () => get<z.infer<typeof SetupStatus>>('/api/v1/setup'),
};
export const setupChecksQuery = (code: string) => ({
  queryKey: [...keys.setupChecks, code],
  queryFn: () => get<z.infer<typeof SetupChecks>>('/api/v1/setup/checks', { query: { code } }),
});

export const completeSetup = (body: z.infer<typeof SetupRequest>) => post<unknown>('/api/v1/setup', body);
export const signIn = (body: z.infer<typeof SignIn>) => post<unknown>('/api/auth/sign-in/email', body);
export const signOut = () => post<unknown>('/api/auth/sign-out', {});

/** The play-only line of the signed-in user; made on first use. */
export const lineQuery = {
  queryKey: keys.line,
  queryFn: () => get<Line>('/api/v1/me/line'),
  staleTime: 60_000,
};
export const renewLine = () => post<Line>('/api/v1/me/line/renew');
