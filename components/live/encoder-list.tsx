'use client';

import type { RungState, StreamRung } from '@/lib/contract/live-rungs';
import { hasEncoder } from '@/lib/contract/live-rungs';
import type { StreamDetail } from '@/lib/contract/streams';
import { formatClock } from '@/lib/units/format';
import { useMay } from '../shell/session';
import { cn } from '../ui/cn';
import { Pill, type PillShape } from '../ui/state';
import { figuresOf, makingWords, partRungs, RUNG_WORDS, sentence, watchWords } from './rung-words';
import { Section } from './section';
import { StopEncoder } from './stop-encoder';
import { useServerNow } from './use-now';

const SHAPES: Record<RungState, PillShape> = {
  off: 'idle',
  starting: 'starting',
  running: 'active',
  lowered: 'lowered',
  refused: 'failed',
};

const Figures = ({ rung }: { rung: StreamRung }) => (
  <dl className="mt-1.5 grid grid-cols-4 gap-x-2.5">
    {figuresOf(rung).map(({ label, value, slow }) => (
      <div key={label} className="min-w-0">
        <dt className="text-[11px] text-ink-3 leading-[14px]">{label}</dt>
        <dd className={cn('data', slow && 'text-warn')}>{value}</dd>
      </div>
    ))}
  </dl>
);

const Making = ({ rung, nowMs }: { rung: StreamRung; nowMs: number }) => {
  const making = makingWords(rung);
  return (
    <p className="mt-1 text-ink-3 text-label tabular-nums">
      {making}
      {rung.started_at ? (
        <>
          {making === '' ? 'For ' : ', for '}
          <time dateTime={rung.started_at}>{formatClock((nowMs - Date.parse(rung.started_at)) / 1000)}</time>
        </>
      ) : null}
    </p>
  );
};

type RowProps = { stream: StreamDetail; rung: StreamRung; nowMs: number; admin: boolean };

const EncoderRow = ({ stream, rung, nowMs, admin }: RowProps) => {
  const runs = hasEncoder(rung);
  return (
    <li className="border-line-soft border-b py-2.5 first:pt-0 last:border-b-0 last:pb-0">
      <div className="flex min-h-[26px] flex-wrap items-center gap-x-3 gap-y-0.5">
        <b className="w-[42px] font-semibold tabular-nums">{rung.rung}</b>
        <Pill shape={SHAPES[rung.state]}>{RUNG_WORDS[rung.state]}</Pill>
        {runs || rung.viewers > 0 ? <span className="text-ink-2">{watchWords(rung.viewers)}</span> : null}
        {runs && admin ? (
          <span className="ml-auto">
            <StopEncoder stream={stream} rung={rung} />
          </span>
        ) : null}
      </div>
      {rung.reason ? (
        <p className={rung.state === 'running' ? 'mt-0.5 text-ink-2' : 'mt-0.5 text-warn'}>
          {sentence(rung.reason)}
        </p>
      ) : null}
      {runs && rung.state !== 'starting' ? <Figures rung={rung} /> : null}
      {runs ? <Making rung={rung} nowMs={nowMs} /> : null}
    </li>
  );
};

const offWords = (off: readonly string[]): string => {
  const names =
    off.length > 1 ? `${off.slice(0, -1).join(', ')} and ${off.at(-1)} are` : `${off[0] ?? ''} is`;
  return `${names} off, and ${off.length > 1 ? 'each starts' : 'starts'} with its first viewer.`;
};

/** The qualities below the source that are being made: for whom, how fast and at what cost; the others in one line. */
export const EncoderList = ({ stream }: { stream: StreamDetail }) => {
  const nowMs = useServerNow();
  const admin = useMay('admin');
  const { busy, off } = partRungs(stream.rungs);
  if (stream.rungs.length === 0) return null;
  return (
    <Section title="Encoders" aside={`${stream.encoders} of ${stream.rungs.length} running`}>
      <ul aria-label="Encoders">
        {busy.map((rung) => (
          <EncoderRow key={rung.rung} stream={stream} rung={rung} nowMs={nowMs} admin={admin} />
        ))}
      </ul>
      {off.length > 0 ? (
        <p className={cn('text-ink-3 text-label', busy.length > 0 && 'mt-2.5')}>{offWords(off)}</p>
      ) : null}
    </Section>
  );
};
