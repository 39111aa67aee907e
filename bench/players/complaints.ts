/** Lines that say nothing about the stream, each with its reason. */
const HARMLESS: readonly { line: RegExp; why: string }[] = [
  {
    line: /XDG_RUNTIME_DIR|D-Bus|dbus,none|globalhotkeys|no suitable interface module/,
    why: 'there is no desktop',
  },
  { line: /faad decoder warning: decoded zero sample/, why: 'the first frame of AAC only begins the second' },
  {
    line: /too low audio sample frequency \(0\)|failed to create audio output/,
    why: 'VLC opens AC-3 before it knows the rate, with any file; what it plays is counted',
  },
  {
    line: /picture is too late to be displayed \(missing \d{1,3} ms\)/,
    why: 'six players share this machine; pictures that are not shown are missing in the count',
  },
];

/** A line without its numbers. */
export const kindOf = (line: string): string => line.replace(/0x[0-9a-f]+|\d+/g, '#');

/** The lines that speak of something wrong, each kind once, without those that are harmless. */
export function complaintsIn(lines: readonly string[]): string[] {
  const seen = new Map<string, string>();
  for (const raw of lines) {
    const line = raw.replace(/\[[0-9a-f]{16}\] |@ 0x[0-9a-f]+|^(> )+/g, '').trim();
    if (line === '' || HARMLESS.some((one) => one.line.test(line))) continue;
    const kind = kindOf(line);
    if (!seen.has(kind)) seen.set(kind, line);
  }
  return [...seen.values()];
}
