import type { StreamDetail } from '../../lib/contract/streams.ts';

type Samples = StreamDetail['samples'];
type Switches = StreamDetail['switches'];

export type Span = { startMs: number; endMs: number };
/** A stretch of time on one source, as shares of the span. */
export type OnAir = { position: number; from: number; to: number };
/** A switch on the axis; `number` counts from the oldest, as in the history below. */
export type Marker = { number: number; at: number };

/** The time that the samples cover, ending now; null while there are too few for a curve. */
export const spanOf = (samples: Samples, nowMs: number): Span | null => {
  const count = samples.in_bits_per_second.length;
  return count < 2 ? null : { startMs: nowMs - (count - 1) * samples.step_seconds * 1000, endMs: nowMs };
};

const shareOf = ({ startMs, endMs }: Span, ms: number): number =>
  Math.min(1, Math.max(0, (ms - startMs) / (endMs - startMs)));

/** When something came in, as shares of the span: a reading of zero stands for the whole step before it. */
const flowsOf = (values: readonly number[]): { from: number; to: number }[] => {
  const flows: { from: number; to: number }[] = [];
  for (let i = 1; i < values.length; i++) {
    if (values[i] === 0) continue;
    const [from, to] = [(i - 1) / (values.length - 1), i / (values.length - 1)];
    const last = flows.at(-1);
    if (last?.to === from) last.to = to;
    else flows.push({ from, to });
  }
  return flows;
};

/** Which source was on air when: its lane, without the times in which nothing came. */
export const onAirOf = (
  span: Span,
  { switches, samples, source_position }: Pick<StreamDetail, 'switches' | 'samples' | 'source_position'>,
): OnAir[] => {
  const flows = flowsOf(samples.in_bits_per_second);
  return lanesOf(span, switches, source_position).flatMap((lane) =>
    flows.flatMap((flow) => {
      const [from, to] = [Math.max(lane.from, flow.from), Math.min(lane.to, flow.to)];
      return to > from ? [{ position: lane.position, from, to }] : [];
    }),
  );
};

/** Switches divide the span; what was before the oldest one played until then. */
const lanesOf = (span: Span, switches: Switches, current: number): OnAir[] => {
  const oldestFirst = [...switches].reverse();
  const lanes: OnAir[] = [];
  let position = oldestFirst[0]?.from_position ?? current;
  let from = 0;
  for (const change of oldestFirst) {
    const to = shareOf(span, Date.parse(change.at));
    if (to > from) lanes.push({ position, from, to });
    from = to;
    position = change.to_position;
  }
  if (from < 1) lanes.push({ position, from, to: 1 });
  return lanes;
};

/** The switches within the span. */
export const markersOf = (span: Span, switches: Switches): Marker[] =>
  switches
    .map((change, i) => ({ number: switches.length - i, ms: Date.parse(change.at) }))
    .filter(({ ms }) => ms >= span.startMs && ms <= span.endMs)
    .map(({ number, ms }) => ({ number, at: shareOf(span, ms) }))
    .reverse();

/** A line through the values from 0 to their highest, in a box of `width` × `height`; null with less than two. */
export const curveOf = (values: readonly number[], width: number, height: number): string | null => {
  if (values.length < 2) return null;
  const top = Math.max(...values, Number.EPSILON);
  const round = (n: number): number => Math.round(n * 10) / 10;
  return values
    .map((value, i) => {
      const x = round((i / (values.length - 1)) * width);
      return `${i === 0 ? 'M' : 'L'}${x} ${round(height - (value / top) * (height - 2) - 1)}`;
    })
    .join('');
};
