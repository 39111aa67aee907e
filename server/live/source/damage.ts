import type { Damage } from '../../media/ts/demuxer.ts';

/** What was wrong with the sources of a session, as it is told. */
export type DamageCounts = {
  transport_errors: number;
  counter_jumps: number;
  dropped_video: number;
  dropped_audio: number;
};

export const NO_DAMAGE: DamageCounts = {
  transport_errors: 0,
  counter_jumps: 0,
  dropped_video: 0,
  dropped_audio: 0,
};

export const addDamage = (counts: DamageCounts, damage: Damage | null): DamageCounts =>
  damage === null
    ? counts
    : {
        transport_errors: counts.transport_errors + damage.transportErrors,
        counter_jumps: counts.counter_jumps + damage.counterJumps,
        dropped_video: counts.dropped_video + damage.droppedVideo,
        dropped_audio: counts.dropped_audio + damage.droppedAudio,
      };
