import type { SourceState, StreamDetail, StreamSource, StreamStatus } from '../../lib/contract/streams.ts';
import { formatCount, formatRemaining } from '../../lib/units/format.ts';

export const SOURCE_WORDS: Record<SourceState, string> = {
  playing: 'On air',
  joining: 'Being opened',
  standby: 'Standing by',
  checking: 'Being checked',
  resting: 'Resting',
};

export const CAUSE_WORDS: Record<StreamDetail['switches'][number]['cause'], string> = {
  fault: 'after a fault',
  returned: 'back to a better source',
  asked: 'by hand',
};

/** How long until a time; from a second before it on, "any moment". */
const untilWords = (iso: string, nowMs: number): string => {
  const seconds = (Date.parse(iso) - nowMs) / 1000;
  if (seconds < 1) return 'any moment';
  return seconds < 60 ? `in ${Math.ceil(seconds)} s` : `in ${formatRemaining(seconds)}`;
};

/** What a source does now: "Resting, tried again in 12 s". */
export const sourceWords = (source: StreamSource, nowMs: number): string => {
  const word = SOURCE_WORDS[source.state];
  if (source.next_try_at === null || source.state === 'playing' || source.state === 'joining') return word;
  return `${word}, tried again ${untilWords(source.next_try_at, nowMs)}`;
};

/** "Failed 3 times in a row"; nothing when it did not. */
export const failureWords = ({ failures }: StreamSource): string | null => {
  if (failures === 0) return null;
  return failures === 1 ? 'Failed once' : `Failed ${formatCount(failures)} times in a row`;
};

/** How long viewers saw nothing new: "1.8 s", or "no gap". */
export const gapWords = (gapMs: number | null): string =>
  gapMs === null || gapMs < 50 ? 'no gap' : `${(gapMs / 1000).toFixed(1)} s`;

/** An address as a name: host and path, without its scheme and query. */
export const shortLabel = (label: string): string => {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(label) || !URL.canParse(label)) return label;
  const { host, pathname } = new URL(label);
  return `${host}${pathname === '/' ? '' : pathname}`;
};

const nextTry = (sources: readonly StreamSource[]): string | null =>
  sources.flatMap((source) => (source.next_try_at === null ? [] : [source.next_try_at])).sort()[0] ?? null;

const failedWords = (detail: StreamDetail | undefined, nowMs: number): string => {
  const last = detail?.errors[0]?.message;
  const next = detail ? nextTry(detail.sources) : null;
  const again = next === null ? 'Siaran keeps trying' : `Siaran tries again ${untilWords(next, nowMs)}`;
  return `No source works right now. ${last ? `${last} ` : ''}${again}, as long as somebody watches.`;
};

/** One sentence about how the stream runs and why. */
export const whyWords = (stream: StreamStatus, detail: StreamDetail | undefined, nowMs: number): string => {
  const place =
    stream.source_count === 1
      ? 'its only source'
      : `source ${stream.source_position + 1} of ${stream.source_count}`;
  if (stream.state === 'failed') return failedWords(detail, nowMs);
  if (stream.state === 'starting') return `The first picture of ${place} is on its way.`;
  if (stream.state === 'failing-over')
    return `Now ${place} is being opened; viewers stay connected meanwhile.`;
  if (stream.state === 'stopping') return 'The last viewer left; the source is being closed.';
  if (stream.upstream_connections === 0)
    return stream.source_url === 'generator'
      ? 'The picture is made here; no provider is asked.'
      : `On ${place}, without a connection to its provider right now.`;
  if (stream.upstream_connections === 1 && stream.clients > 1)
    return `On ${place}. The provider sees one connection; ${formatCount(stream.clients)} viewers share it.`;
  return `On ${place}, over ${stream.upstream_connections === 1 ? 'one connection' : `${stream.upstream_connections} connections`} to the provider.`;
};
