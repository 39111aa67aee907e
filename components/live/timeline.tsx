'use client';

import type { ReactNode } from 'react';
import { serverNowMs } from '@/lib/client/server-clock';
import type { StreamDetail } from '@/lib/contract/streams';
import { formatBitRate, formatCount } from '@/lib/units/format';
import { formatTimeOfDay } from '@/lib/units/time';
import { Section } from './section';
import { curveOf, type Marker, markersOf, type OnAir, onAirOf, type Span, spanOf } from './timeline-data';
import { shortLabel } from './words';

const percent = (share: number): string => `${Math.round(share * 10_000) / 100}%`;

type RowProps = { label: string; sub: string; markers: readonly Marker[]; children: ReactNode };

const Row = ({ label, sub, markers, children }: RowProps) => (
  <div className="grid items-center gap-x-4 gap-y-1 sm:grid-cols-[132px_minmax(0,1fr)]">
    <div className="flex min-w-0 items-baseline gap-2 leading-[15px] sm:block">
      <b className="block flex-none font-semibold text-[12.5px]">{label}</b>
      <span className="block truncate text-ink-3 text-[11.5px]" title={sub}>
        {sub}
      </span>
    </div>
    <div className="relative min-w-0">
      {children}
      <Cuts markers={markers} />
    </div>
  </div>
);

const Lane = ({ parts }: { parts: readonly OnAir[] }) => (
  <div className="relative h-5">
    <span aria-hidden className="absolute inset-x-0 top-1/2 border-line-strong border-t border-dotted" />
    {parts.map((part) => (
      <span
        key={part.from}
        className="absolute inset-y-0 min-w-[3px] rounded-xs bg-seg"
        style={{ left: percent(part.from), width: percent(part.to - part.from) }}
      />
    ))}
  </div>
);

const WIDTH = 1000;
const HEIGHT = 40;

const Curve = ({ values, className }: { values: readonly number[]; className: string }) => {
  const path = curveOf(values, WIDTH, HEIGHT);
  if (path === null) return null;
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={`block h-10 w-full border-line border-b ${className}`}
    >
      <path d={`${path}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`} fill="currentColor" opacity="0.14" />
      <path d={path} fill="none" stroke="currentColor" strokeWidth="1.4" vectorEffect="non-scaling-stroke" />
    </svg>
  );
};

/** On a phone names stand above their curves, so each curve is cut by itself and the names stay free. */
const Cuts = ({ markers }: { markers: readonly Marker[] }) => (
  <span aria-hidden className="pointer-events-none absolute inset-0 sm:hidden">
    {markers.map(({ number, at }) => (
      <i key={number} className="absolute inset-y-0 w-px bg-ink-2 opacity-60" style={{ left: percent(at) }} />
    ))}
  </span>
);

const Markers = ({ markers }: { markers: readonly Marker[] }) => (
  <div aria-hidden className="pointer-events-none absolute inset-y-0 right-0 left-0 sm:left-[148px]">
    {markers.map(({ number, at }) => (
      <span
        key={number}
        className="-translate-x-1/2 absolute inset-y-0 flex w-[18px] justify-center"
        style={{ left: percent(at) }}
      >
        <i className="absolute inset-y-0 w-px bg-ink-2 opacity-60 max-sm:hidden" />
        <i className="relative mt-[-4px] grid size-[18px] max-sm:absolute max-sm:bottom-[-9px] place-items-center rounded-full bg-ink font-[650] text-[10.5px] text-canvas not-italic">
          {number}
        </i>
      </span>
    ))}
  </div>
);

const Axis = ({ span }: { span: Span }) => (
  <div className="flex justify-between text-[11px] text-ink-3 tabular-nums sm:ml-[148px]">
    {[0, 0.5, 1].map((share) => (
      <time key={share}>{formatTimeOfDay(new Date(span.startMs + share * (span.endMs - span.startMs)))}</time>
    ))}
  </div>
);

const most = (values: readonly number[]): number => Math.max(0, ...values);

/** The last minutes on one axis: which source was on air, what came in and went out, who watched; switches cut through. */
export const Timeline = ({ stream }: { stream: StreamDetail }) => {
  const { samples, switches, sources } = stream;
  const span = spanOf(samples, serverNowMs(Date.now()));
  if (span === null) {
    return (
      <Section title="The last minutes">
        <p className="text-ink-3 text-label">The curves begin in a few seconds.</p>
      </Section>
    );
  }
  const lanes = onAirOf(span, stream);
  const markers = markersOf(span, switches);
  return (
    <Section title="The last minutes" aside={sources.length > 1 ? 'violet: on air' : undefined}>
      <div className="grid gap-2.5">
        <div className="relative grid gap-2.5">
          {sources.map((source) => (
            <Row
              key={source.position}
              markers={markers}
              label={`Source ${source.position + 1}`}
              sub={shortLabel(source.label)}
            >
              <Lane parts={lanes.filter((part) => part.position === source.position)} />
            </Row>
          ))}
          <Row
            markers={markers}
            label="In"
            sub={`${formatBitRate(most(samples.in_bits_per_second))} at most`}
          >
            <Curve values={samples.in_bits_per_second} className="text-ink-2" />
          </Row>
          <Row
            markers={markers}
            label="Out"
            sub={`${formatBitRate(most(samples.out_bits_per_second))} at most`}
          >
            <Curve values={samples.out_bits_per_second} className="text-ink-2" />
          </Row>
          <Row markers={markers} label="Viewers" sub={`${formatCount(most(samples.viewers))} at most`}>
            <Curve values={samples.viewers} className="text-accent-ink" />
          </Row>
          <Markers markers={markers} />
        </div>
        <Axis span={span} />
      </div>
    </Section>
  );
};
