import type { LiveInfo } from '../../lib/contract/live-info.ts';
import { formatBitRate, formatCount, UNKNOWN } from '../../lib/units/format.ts';
import type { PlaybackFacts } from './playback-facts';
import type { PlayerMode, PlayerState } from './types';

const MODES: Record<LiveInfo['mode'], string> = { relay: 'Relay', transcode: 'Transcode' };

/** "Relay, shared by 12". */
export const titleOf = ({ mode, viewers }: Pick<LiveInfo, 'mode' | 'viewers'>): string =>
  viewers > 1 ? `${MODES[mode]}, shared by ${formatCount(viewers)}` : MODES[mode];

/** The same for a video, which the player knows by itself. */
export const aboutVideo = (mode: PlayerMode | null): { title: string; reason: string } =>
  mode === 'original'
    ? { title: 'Direct', reason: 'Direct: the uploaded file itself, sent as it is.' }
    : mode === 'file'
      ? { title: 'Direct', reason: 'Direct: one finished file, sent as it is.' }
      : {
          title: 'Adaptive',
          reason: 'Converted once in several qualities; everybody plays the same segments.',
        };

const seconds = (value: number | null): string => (value === null ? UNKNOWN : `${value.toFixed(1)} s`);

const joined = (...parts: (string | null)[]): string =>
  parts.filter((part) => part !== null && part !== UNKNOWN).join(', ') || UNKNOWN;

/** avc1.640028 → H.264, mp4a.40.2 → AAC; what is not known keeps its name. */
const codecName = (codec: string): string => {
  if (/^avc[13]/.test(codec)) return 'H.264';
  if (/^(?:hvc1|hev1)/.test(codec)) return 'HEVC';
  if (codec.startsWith('mp4a.40.')) return 'AAC';
  return codec;
};

/** The lines of the panel: what it is, and its value with a unit. */
export const infoLines = (
  state: Pick<PlayerState, 'quality' | 'qualities' | 'live' | 'latencySeconds'>,
  facts: PlaybackFacts,
): [name: string, value: string][] => {
  const label = state.qualities.find(({ id }) => id === state.quality)?.label ?? null;
  const size = facts.width > 0 ? `${facts.width}×${facts.height}` : null;
  const fps = facts.fps === null ? null : `${Math.round(facts.fps * 100) / 100} fps`;
  const codecs = facts.codecs?.split(', ').map(codecName).join(' + ') ?? null;
  const all = formatCount(facts.shownFrames);
  return [
    ['Playing', joined(label, formatBitRate(facts.bitsPerSecond))],
    ['Picture', joined(size, fps)],
    ['Codecs', joined(codecs)],
    ['Your line', formatBitRate(facts.lineBitsPerSecond)],
    ...(state.live ? ([['Behind live', seconds(state.latencySeconds)]] as [string, string][]) : []),
    ['Buffer', seconds(facts.bufferSeconds)],
    ['Dropped frames', `${formatCount(facts.droppedFrames)} of ${all}`],
  ];
};
