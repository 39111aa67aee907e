/** Query parameters whose values are credentials or expire; their values are no part of an entry's identity. */
const TOKEN_NAMES =
  /^(?:.*token.*|.*auth.*|.*sig(?:n|nature)?|e|st|exp|expires?|expiry|hash|md5|h|key|.*key|k|hdn(?:ea|ts)|sid|.*session.*|nonce|ts|t|time|.*timestamp|u|user|user_?name|p|pass|pwd|password|login|policy|uid|deviceid|did)$/i;
/** Long mixed values are tokens whatever their parameter is called. */
const TOKEN_VALUE = /^(?=.*\d)(?=.*[A-Za-z])[\w.~+/=-]{24,}$/;

/**
 * The part of an address that stays the same when an account or a token changes (contracts.md §3): no user info, no
 * fragment, no token-like query values. What is not http is compared as it stands, without user info.
 */
export function identityOf(address: string): string {
  const url = /^https?:/i.test(address) ? URL.parse(address) : null;
  if (!url) return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@(?=[^/])/i, '$1');
  const query = [...url.searchParams].map(([name, value]) =>
    TOKEN_NAMES.test(name) || TOKEN_VALUE.test(value) ? name : `${name}=${value}`,
  );
  return `${url.protocol}//${url.host}${url.pathname}?${query.join('&')}`;
}
