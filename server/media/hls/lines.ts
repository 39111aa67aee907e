/** The lines of a playlist without their ends; CRLF, bare CR and a byte order mark are fine. Takes linear time. */
export function* linesOf(text: string): Generator<string> {
  const separator = text.includes('\n') ? '\n' : '\r';
  let from = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (from <= text.length) {
    const found = text.indexOf(separator, from);
    const to = found < 0 ? text.length : found;
    const line = text.slice(from, to).trim();
    if (line !== '') yield line;
    from = to + 1;
  }
}

/** Splits `#EXT-X-NAME:value` into its name without `#` and its value. */
export function tagOf(line: string): { name: string; value: string } {
  const colon = line.indexOf(':');
  if (colon < 0) return { name: line.slice(1), value: '' };
  return { name: line.slice(1, colon), value: line.slice(colon + 1).trim() };
}

/** Reads an attribute list (RFC 8216 §4.2) in linear time; quotes are taken off, what has no `=` is left out. */
export function attributesOf(value: string): Map<string, string> {
  const found = new Map<string, string>();
  for (let at = 0; at < value.length; ) {
    const equals = value.indexOf('=', at);
    if (equals < 0) break;
    // What has no value ends at a comma before the next `=`.
    const name = value.slice(at, equals).split(',').at(-1)!.trim().toUpperCase();
    let from = equals + 1;
    while (value[from] === ' ') from++;
    const quoted = value[from] === '"' ? value.indexOf('"', from + 1) : -1;
    const comma = value.indexOf(',', quoted < 0 ? from : quoted);
    const end = comma < 0 ? value.length : comma;
    found.set(name, quoted < 0 ? value.slice(from, end).trim() : value.slice(from + 1, quoted));
    at = end + 1;
  }
  return found;
}

/** A number that stands at the beginning of a text; null when there is none or it is negative. */
export function numberAt(text: string | undefined): number | null {
  const number = Number.parseFloat(text ?? '');
  return Number.isFinite(number) && number >= 0 ? number : null;
}
