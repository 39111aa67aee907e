/** Numbers as people read them. Every function answers a number with its unit; `–` stands for "not known". */

export const UNKNOWN = '–';

export type Measure = { readonly value: string; readonly unit: string };

const known = (n: number | null | undefined): n is number => typeof n === 'number' && Number.isFinite(n);

/** Three significant digits at most, never a trailing zero decimal beyond one: 6.1, 61, 412. */
const short = (n: number): string => {
  if (n >= 99.5) return Math.round(n).toLocaleString('en');
  if (n >= 9.95) return String(Math.round(n));
  return n.toFixed(1);
};

const scaled = (n: number, units: readonly string[]): Measure => {
  let value = n;
  let step = 0;
  while (value >= 999.5 && step < units.length - 1) {
    value /= 1000;
    step += 1;
  }
  return { value: step === 0 ? String(Math.round(value)) : short(value), unit: units[step]! };
};

const joined = ({ value, unit }: Measure): string => `${value} ${unit}`;

/** A size in decimal units (1 MB = 1,000,000 bytes), as disks and networks count. */
export const byteSize = (bytes: number): Measure =>
  scaled(Math.max(0, bytes), ['B', 'kB', 'MB', 'GB', 'TB', 'PB']);
export const formatBytes = (bytes: number | null | undefined): string =>
  known(bytes) ? joined(byteSize(bytes)) : UNKNOWN;

/** A bit rate; below one kb/s it is 0, so an idle line does not flicker. */
export const bitRate = (bitsPerSecond: number): Measure => {
  if (bitsPerSecond < 1000) return { value: '0', unit: 'Mb/s' };
  return scaled(Math.max(0, bitsPerSecond), ['b/s', 'kb/s', 'Mb/s', 'Gb/s', 'Tb/s']);
};
export const formatBitRate = (bitsPerSecond: number | null | undefined): string =>
  known(bitsPerSecond) ? joined(bitRate(bitsPerSecond)) : UNKNOWN;

/** Speed of an upload in bytes a second. */
export const formatByteRate = (bytesPerSecond: number | null | undefined): string =>
  known(bytesPerSecond) ? `${formatBytes(bytesPerSecond)}/s` : UNKNOWN;

export const formatCount = (n: number | null | undefined): string =>
  known(n) ? Math.round(n).toLocaleString('en') : UNKNOWN;

/** A share 0..1 as whole percent; 100 % only when it is really all. */
export const formatPercent = (share: number | null | undefined): string => {
  if (!known(share)) return UNKNOWN;
  const clamped = Math.min(1, Math.max(0, share));
  return `${clamped < 1 ? Math.min(99, Math.floor(clamped * 100)) : 100} %`;
};

/** A length as on a clock: 0:09, 12:40, 3:12:40. */
export const formatClock = (seconds: number | null | undefined): string => {
  if (!known(seconds)) return UNKNOWN;
  const whole = Math.max(0, Math.floor(seconds));
  const s = String(whole % 60).padStart(2, '0');
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${s}` : `${minutes}:${s}`;
};

/** Time left, rounded as an estimate deserves: "20 s", "4 min", "2 h 10 min". */
export const formatRemaining = (seconds: number | null | undefined): string => {
  if (!known(seconds)) return UNKNOWN;
  if (seconds < 55) return `${Math.max(5, Math.ceil(seconds / 5) * 5)} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = Math.round((minutes % 60) / 10) * 10;
  const hours = Math.floor(minutes / 60) + (rest === 60 ? 1 : 0);
  return rest % 60 === 0 ? `${hours} h` : `${hours} h ${rest} min`;
};

/** Encoding speed against real time: "3.4×". */
export const formatSpeed = (times: number | null | undefined): string =>
  known(times) ? `${times >= 9.95 ? Math.round(times) : times.toFixed(1)}×` : UNKNOWN;
