import type { Fault } from '../../tests/support/provider/faults.ts';

/** One way in which a source fails, how often it is played, and the limits of contracts.md §5. */
export type Kind = {
  name: string;
  /** Is the source dead when the viewer comes, or does it fail while it plays? */
  when: 'start' | 'playing';
  /** `gone`: nobody listens at its address any more. */
  fault: Fault | 'gone';
  source: 'ts' | 'hls';
  rounds: { quick: number; full: number };
  /** p95 from the fault (or the viewer's coming) to the next source's first bytes. */
  limitMs: number;
};

const MANY = { quick: 5, full: 20 };
const SOME = { quick: 2, full: 5 };

/** A source that says nothing has its limit, the next one a second for its first keyframe. */
export const KINDS: readonly Kind[] = [
  {
    name: 'silent stall',
    when: 'playing',
    fault: { kind: 'stall_mid' },
    source: 'ts',
    rounds: MANY,
    limitMs: 3000,
  },
  { name: 'refused at start', when: 'start', fault: 'gone', source: 'ts', rounds: MANY, limitMs: 1000 },
  { name: 'refused mid-stream', when: 'playing', fault: 'gone', source: 'ts', rounds: MANY, limitMs: 1000 },
  {
    name: '403 at start',
    when: 'start',
    fault: { kind: 'status', status: 403 },
    source: 'ts',
    rounds: SOME,
    limitMs: 1000,
  },
  {
    name: 'web page at start',
    when: 'start',
    fault: { kind: 'html200' },
    source: 'ts',
    rounds: SOME,
    limitMs: 1000,
  },
  {
    name: 'headers never come',
    when: 'start',
    fault: { kind: 'stall_headers' },
    source: 'ts',
    rounds: SOME,
    limitMs: 3500,
  },
  {
    name: 'picture lost',
    when: 'playing',
    fault: { kind: 'video_lost' },
    source: 'ts',
    rounds: SOME,
    limitMs: 3000,
  },
  {
    name: 'sound lost',
    when: 'playing',
    fault: { kind: 'audio_lost' },
    source: 'ts',
    rounds: SOME,
    limitMs: 6000,
  },
  // A target of 2 s: 1.5 × 2 s + 2 s, and the first segment of the next source.
  {
    name: 'frozen playlist',
    when: 'playing',
    fault: { kind: 'frozen' },
    source: 'hls',
    rounds: SOME,
    limitMs: 6000,
  },
];
