import { useState } from 'react';
import type { StreamDetail, StreamSwitch } from '@/lib/contract/streams';
import { formatTimeOfDay } from '@/lib/units/time';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { sentence } from './rung-words';
import { Section } from './section';
import { CAUSE_WORDS, gapWords } from './words';

const SHOWN = 6;

const Change = ({ change, number }: { change: StreamSwitch; number: number }) => {
  const gap = gapWords(change.gap_ms);
  return (
    <li className="grid grid-cols-[20px_62px_minmax(0,1fr)_auto] items-start gap-x-2.5 border-line-soft border-b py-2 first:pt-0 last:border-b-0 last:pb-0">
      <span className="grid size-[18px] place-items-center rounded-full bg-ink font-[650] text-[10.5px] text-canvas">
        {number}
      </span>
      <time className="text-ink-3 tabular-nums" dateTime={change.at}>
        {formatTimeOfDay(new Date(change.at))}
      </time>
      <span className="min-w-0">
        <b className="block font-semibold">
          Source {change.from_position + 1} to {change.to_position + 1}
          <span className="font-[450] text-ink-3">, {CAUSE_WORDS[change.cause]}</span>
        </b>
        <span className="block text-ink-2">{sentence(change.reason)}</span>
      </span>
      <span className={cn('data text-right', gap === 'no gap' ? 'text-ok' : 'text-ink')}>{gap}</span>
    </li>
  );
};

/** Every change of source, newest first: why, and how long viewers waited for the next picture. */
export const SwitchHistory = ({ switches }: { switches: StreamDetail['switches'] }) => {
  const [all, setAll] = useState(false);
  const shown = all ? switches : switches.slice(0, SHOWN);
  return (
    <Section title="Switches" aside={switches.length > 0 ? 'gap without new picture' : undefined}>
      {switches.length === 0 ? <p className="text-ink-2">None since it started.</p> : null}
      <ol>
        {shown.map((change, i) => (
          <Change key={`${change.at} ${change.to_position}`} change={change} number={switches.length - i} />
        ))}
      </ol>
      {switches.length > shown.length ? (
        <Button size="sm" tone="quiet" className="mt-2 -ml-2" onClick={() => setAll(true)}>
          Show all {switches.length}
        </Button>
      ) : null}
    </Section>
  );
};
