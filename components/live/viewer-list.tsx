import { useState } from 'react';
import type { StreamDetail, StreamViewer } from '@/lib/contract/streams';
import { formatBytes, formatClock, formatCount } from '@/lib/units/format';
import { Button } from '../ui/button';
import { qualityName } from './rung-words';
import { Section } from './section';
import { useServerNow } from './use-now';

const SHOWN = 8;
const OUTPUTS = { ts: 'MPEG-TS', hls: 'HLS' } as const;

/** How far behind the newest picture; of HLS the quality, as its players decide how far behind they are. */
const quality = ({ output, rung, lag_ms }: StreamViewer): string => {
  if (output === 'hls') return qualityName(rung) ?? 'not known yet';
  if (lag_ms === null) return '–';
  return lag_ms < 100 ? 'not behind' : `${(lag_ms / 1000).toFixed(1)} s behind`;
};

const skipWords = (skips: number): string =>
  skips === 0 ? '' : `, skipped ahead ${skips === 1 ? 'once' : `${formatCount(skips)} times`}`;

const summary = ({ viewers }: StreamDetail): string =>
  [
    viewers.hls > 0 ? `${formatCount(viewers.hls)} HLS` : '',
    viewers.ts > 0 ? `${formatCount(viewers.ts)} MPEG-TS` : '',
  ]
    .filter(Boolean)
    .join(', ');

/** Two may have come in the same moment. */
const keyed = (viewers: readonly StreamViewer[]): { key: string; viewer: StreamViewer }[] => {
  const seen = new Map<string, number>();
  return viewers.map((viewer) => {
    const name = `${viewer.since} ${viewer.output}`;
    const nth = seen.get(name) ?? 0;
    seen.set(name, nth + 1);
    return { key: `${name} ${nth}`, viewer };
  });
};

/** Who watches: in which quality, since when, how much was sent, and whether a slow line made somebody miss something. */
export const ViewerList = ({ stream }: { stream: StreamDetail }) => {
  const nowMs = useServerNow();
  const [all, setAll] = useState(false);
  const list = stream.viewer_list;
  const shown = all ? list : list.slice(0, SHOWN);
  return (
    <Section title="Viewers" aside={summary(stream) || undefined}>
      {list.length === 0 ? (
        <p className="text-ink-2">Nobody right now. It stops by itself after the idle time.</p>
      ) : null}
      <ul>
        {keyed(shown).map(({ key, viewer }) => (
          <li
            key={key}
            className="flex items-baseline gap-3 border-line-soft border-b py-1.5 first:pt-0 last:border-b-0 last:pb-0"
          >
            <b className="w-[68px] flex-none font-semibold">{OUTPUTS[viewer.output]}</b>
            <span className={viewer.skips > 0 ? 'min-w-0 flex-1 text-warn' : 'min-w-0 flex-1 text-ink-2'}>
              {quality(viewer)}
              {skipWords(viewer.skips)}
            </span>
            <span className="text-ink-3 tabular-nums">
              {formatClock((nowMs - Date.parse(viewer.since)) / 1000)}
            </span>
            <span className="w-[56px] flex-none text-right tabular-nums">
              {formatBytes(viewer.bytes_sent)}
            </span>
          </li>
        ))}
      </ul>
      {list.length > shown.length ? (
        <Button size="sm" tone="quiet" className="mt-2 -ml-2" onClick={() => setAll(true)}>
          Show all {list.length}
        </Button>
      ) : null}
      {all && stream.clients > list.length ? (
        <p className="mt-1.5 text-ink-3 text-label">
          The first {list.length} of {formatCount(stream.clients)}.
        </p>
      ) : null}
    </Section>
  );
};
