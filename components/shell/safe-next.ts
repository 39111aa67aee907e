/** Where to go after signing in: a path of this site, never another one and never the sign-in page itself. */
export const safeNext = (next: string | null): string => {
  if (next === null || !/^\/(?![/\\])/.test(next) || /^\/(login|setup)(?:[/?]|$)/.test(next)) return '/';
  const base = 'http://station.invalid';
  const url = URL.canParse(next, base) ? new URL(next, base) : null;
  return url !== null && url.origin === base ? `${url.pathname}${url.search}` : '/';
};
