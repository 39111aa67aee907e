import { useState } from 'react';
import type { RungEvent } from '@/lib/contract/live-rungs';
import type { StreamDetail } from '@/lib/contract/streams';
import { formatTimeOfDay } from '@/lib/units/time';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { RUNG_EVENT_WORDS, sentence } from './rung-words';
import { Section } from './section';

const SHOWN = 6;
const TROUBLE: ReadonlySet<RungEvent['event']> = new Set(['restarted', 'lowered', 'refused']);

const Line = ({ entry }: { entry: RungEvent }) => (
  <li className="grid grid-cols-[62px_minmax(0,1fr)] gap-x-2.5 border-line-soft border-b py-1.5 first:pt-0 last:border-b-0 last:pb-0">
    <time className="text-ink-3 tabular-nums" dateTime={entry.at}>
      {formatTimeOfDay(new Date(entry.at))}
    </time>
    <span className="min-w-0 text-ink-2">
      <b className={cn('font-semibold', TROUBLE.has(entry.event) ? 'text-warn' : 'text-ink')}>
        {entry.rung} {RUNG_EVENT_WORDS[entry.event]}.
      </b>{' '}
      {sentence(entry.reason)}
    </span>
  </li>
);

/** Every start and stop of an encoder, newest first, with its reason. */
export const EncoderLog = ({ stream }: { stream: StreamDetail }) => {
  const [all, setAll] = useState(false);
  const log = stream.rung_log;
  if (log.length === 0) return null;
  const shown = all ? log : log.slice(0, SHOWN);
  return (
    <Section title="Encoder starts and stops">
      <ol aria-label="Encoder starts and stops">
        {shown.map((entry) => (
          <Line key={`${entry.at} ${entry.rung} ${entry.event}`} entry={entry} />
        ))}
      </ol>
      {log.length > shown.length ? (
        <Button size="sm" tone="quiet" className="mt-2 -ml-2" onClick={() => setAll(true)}>
          Show all {log.length}
        </Button>
      ) : null}
    </Section>
  );
};
