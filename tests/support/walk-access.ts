import { ROLES, type Role, roleAtLeast } from '../../lib/contract/roles.ts';
import type { RouteEntry } from '../../server/api/frame.ts';

const SOME_ID = '01890000-0000-7000-8000-000000000000';

/**
 * Calls every route as nobody and as each role below the one it needs, and answers what was let through (WEB-04).
 * `publicRoutes` names those that are meant to be open, so that a new open route is noticed.
 */
export async function walkAccess(options: {
  routes: readonly RouteEntry[];
  base: string;
  tokens: Record<Role, string>;
  publicRoutes: readonly string[];
}): Promise<string[]> {
  const problems: string[] = [];
  for (const { method, url, access } of options.routes) {
    const name = `${method} ${url}`;
    if (access === 'public') {
      if (!options.publicRoutes.includes(name))
        problems.push(`${name} is open, but not among the open routes`);
      continue;
    }
    const ask = async (headers: Record<string, string>) => {
      const address = options.base + url.replace(/:\w+/g, SOME_ID).replace('*', 'x');
      const response = await fetch(address, { method, headers, redirect: 'manual' });
      await response.body?.cancel();
      return response.status;
    };
    const anonymous = await ask({});
    if (anonymous !== 401) problems.push(`${name} answers ${anonymous} to nobody`);
    for (const role of ROLES.filter((r) => !roleAtLeast(r, access))) {
      const status = await ask({ authorization: `Bearer ${options.tokens[role]}` });
      if (status !== 403) problems.push(`${name} answers ${status} to a ${role}`);
    }
  }
  return problems;
}
