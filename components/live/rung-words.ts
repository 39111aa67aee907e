import {
  hasEncoder,
  type RungEvent,
  type RungState,
  type StreamRung,
} from '../../lib/contract/live-rungs.ts';
import { formatBitRate, formatCount, UNKNOWN } from '../../lib/units/format.ts';

export const RUNG_WORDS: Record<RungState, string> = {
  off: 'Off',
  starting: 'Starting',
  running: 'Running',
  lowered: 'Lowered',
  refused: 'Refused',
};

export const RUNG_EVENT_WORDS: Record<RungEvent['event'], string> = {
  started: 'started',
  stopped: 'stopped',
  restarted: 'started again',
  lowered: 'lowered',
  refused: 'refused',
};

/** "1.02×": 1 keeps pace with the source. */
const speedWords = (speed: number | null): string => (speed === null ? UNKNOWN : `${speed.toFixed(2)}×`);

const lagWords = (lagMs: number | null): string =>
  lagMs === null ? UNKNOWN : `${(Math.max(0, lagMs) / 1000).toFixed(1)} s`;

const cpuWords = (percent: number | null): string =>
  percent === null ? UNKNOWN : `${Math.round(percent)} %`;

/** What is measured of an encoder, each with its name. */
export const figuresOf = (rung: StreamRung): { label: string; value: string; slow: boolean }[] => [
  { label: 'Speed', value: speedWords(rung.speed), slow: rung.speed !== null && rung.speed < 0.98 },
  { label: 'CPU', value: cpuWords(rung.cpu_percent), slow: false },
  { label: 'Behind', value: lagWords(rung.lag_ms), slow: false },
  { label: 'Bit rate', value: formatBitRate(rung.bits_per_second), slow: false },
];

export const watchWords = (viewers: number): string => {
  if (viewers === 0) return 'nobody watches it';
  return viewers === 1 ? '1 viewer' : `${formatCount(viewers)} viewers`;
};

const restartWords = (restarts: number): string | null => {
  if (restarts === 0) return null;
  return restarts === 1 ? 'started again once' : `started again ${formatCount(restarts)} times`;
};

/** How it is made: "libx264, 1280 × 720, started again once". */
export const makingWords = ({ encoder, width, height, restarts }: StreamRung): string =>
  [encoder, width !== null && height !== null ? `${width} × ${height}` : null, restartWords(restarts)]
    .filter((part) => part !== null)
    .join(', ');

/** "1 encoder", for the list of streams; nothing without one. */
export const encoderWords = (count: number): string | null => {
  if (count === 0) return null;
  return count === 1 ? '1 encoder' : `${formatCount(count)} encoders`;
};

/** Rungs that tell something, and the names of those that are off. */
export const partRungs = (rungs: readonly StreamRung[]): { busy: StreamRung[]; off: string[] } => ({
  busy: rungs.filter((rung) => hasEncoder(rung) || rung.state === 'refused'),
  off: rungs.filter(({ state }) => state === 'off').map(({ rung }) => rung),
});

/** A quality as people read it; `source` is the picture as it comes in. */
export const qualityName = (rung: string | null): string | null => (rung === 'source' ? 'Source' : rung);

/** A reason as a sentence of its own. */
export const sentence = (reason: string): string => {
  const text = reason.charAt(0).toUpperCase() + reason.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
};
