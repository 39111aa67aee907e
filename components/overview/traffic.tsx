'use client';

import { trafficHistory } from '@/lib/client/history';
import type { Overview } from '@/lib/contract/system';
import { bitRate, formatBitRate } from '@/lib/units/format';
import { lazyPart } from '../ui/lazy-part';
import { PanelTitle } from '../ui/panel';

const Chart = lazyPart(() => import('../ui/chart').then((m) => m.Chart));

/** What viewers get against what providers send; the gap between the lines is what sharing saves. */
export const Traffic = ({ overview }: { overview: Overview }) => {
  const out = bitRate(overview.outBitsPerSecond);
  const times = overview.inBitsPerSecond > 0 ? overview.outBitsPerSecond / overview.inBitsPerSecond : null;
  const history = trafficHistory();
  return (
    <section className="flex min-w-0 flex-col px-[18px] pt-3.5 pb-4">
      <PanelTitle aside="since you opened this page">Traffic</PanelTitle>
      <p className="mt-1 flex flex-wrap items-baseline gap-x-3">
        <b className="wide font-[640] text-[26px] leading-[30px]">
          {out.value} <span className="text-[18px]">{out.unit}</span>
        </b>
        <span className="text-ink-2 text-label">
          to viewers, {formatBitRate(overview.inBitsPerSecond)} from providers
          {times !== null && times >= 1.5 ? `. Each stream fetched is sent ${times.toFixed(1)} times` : ''}
        </span>
      </p>
      <div className="relative mt-2 min-h-[130px] flex-1">
        {history.atMs.length > 1 ? (
          <Chart
            label="Bits a second to viewers and from providers"
            atMs={history.atMs}
            lines={[
              { name: 'To viewers', values: history.outBits, tone: 'accent', fill: true },
              { name: 'From providers', values: history.inBits, tone: 'ink' },
            ]}
            format={formatBitRate}
          />
        ) : (
          <p className="text-ink-3 text-label">The curve begins in a few seconds.</p>
        )}
      </div>
    </section>
  );
};
