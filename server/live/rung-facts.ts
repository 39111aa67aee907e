import { LIVE_RUNGS, type LiveRungSpec, type StreamRung } from '../../lib/contract/live-rungs.ts';
import type { RungViewers } from './outputs/hls.ts';
import type { MediaPath } from './relay/media-path.ts';
import { rungsOf } from './rungs/ladder.ts';

/** The qualities of a channel as the Live page shows them: those it has now, and those that still run. */
export function rungFacts(path: MediaPath, viewers: RungViewers, maxHeight: number): StreamRung[] {
  const { hls, picture } = path;
  if (!picture) return [];
  const offered = rungsOf({ codec: picture.codec, height: picture.height || null, maxHeight });
  return LIVE_RUNGS.flatMap((spec) => {
    const made = hls?.made(spec.id);
    if (!made) return offered.includes(spec) ? [off(spec)] : [];
    const bits = made.list.meanBits;
    return [
      {
        ...made.rung.facts(),
        viewers: viewers.get(spec.id) ?? 0,
        bits_per_second: bits === null ? null : Math.round(bits),
      },
    ];
  });
}

const off = ({ id }: LiveRungSpec): StreamRung => ({
  rung: id,
  state: 'off',
  reason: null,
  viewers: 0,
  width: null,
  height: null,
  encoder: null,
  speed: null,
  cpu_percent: null,
  lag_ms: null,
  bits_per_second: null,
  restarts: 0,
  started_at: null,
});
