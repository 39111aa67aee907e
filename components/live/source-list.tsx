'use client';

import type { StreamDetail, StreamSource } from '@/lib/contract/streams';
import { formatTimeOfDay } from '@/lib/units/time';
import { useMay } from '../shell/session';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { Pill, type PillShape } from '../ui/state';
import { Section } from './section';
import { useServerNow } from './use-now';
import { useSwitch } from './use-switch';
import { failureWords, shortLabel, sourceWords } from './words';

const SHAPES: Record<StreamSource['state'], PillShape> = {
  playing: 'active',
  joining: 'starting',
  standby: 'idle',
  checking: 'starting',
  resting: 'failed',
};

const Trouble = ({ source }: { source: StreamSource }) => {
  const failed = failureWords(source);
  const last = source.last_error;
  if (failed === null && last === null) return null;
  return (
    <p className="mt-0.5 text-ink-3 text-label">
      {failed ? `${failed}. ` : ''}
      {last ? (
        <>
          <time className="tabular-nums" dateTime={last.at}>
            {formatTimeOfDay(new Date(last.at))}
          </time>{' '}
          {last.message}
        </>
      ) : null}
    </p>
  );
};

type SourceRowProps = {
  source: StreamSource;
  nowMs: number;
  onSwitch?: (() => void) | undefined;
  busy: boolean;
};

const SourceRow = ({ source, nowMs, onSwitch, busy }: SourceRowProps) => {
  const onAir = source.state === 'playing';
  return (
    <li
      className={cn(
        'grid grid-cols-[22px_minmax(0,1fr)_auto] items-start gap-x-2.5 rounded-md px-2 py-2',
        onAir && 'bg-raised',
      )}
    >
      <span
        className={cn(
          'mt-px grid size-5 place-items-center rounded-[5px] border font-[620] text-[11px]',
          onAir ? 'border-transparent bg-ok text-sunken light:text-white' : 'border-line-strong text-ink-2',
        )}
      >
        {source.position + 1}
      </span>
      <span className="min-w-0">
        <b className="block truncate font-semibold" title={source.label}>
          {shortLabel(source.label)}
        </b>
        <Pill shape={SHAPES[source.state]} className="whitespace-normal tabular-nums">
          {sourceWords(source, nowMs)}
        </Pill>
        <Trouble source={source} />
      </span>
      {onSwitch && !onAir ? (
        <Button
          size="sm"
          busy={busy}
          onClick={onSwitch}
          aria-label={`Switch to source ${source.position + 1} now`}
        >
          Switch now
        </Button>
      ) : null}
    </li>
  );
};

/** The sources in failover order: what each one does, what was wrong with it, and a way to go there at once. */
export const SourceList = ({ stream }: { stream: StreamDetail }) => {
  const nowMs = useServerNow();
  const admin = useMay('admin');
  const change = useSwitch({ id: stream.channel_id, name: stream.name });
  const { sources } = stream;
  return (
    <Section title="Sources" aside={sources.length > 1 ? 'tried in this order' : undefined}>
      <ol className="-mx-2 grid gap-0.5">
        {sources.map((source) => (
          <SourceRow
            key={source.position}
            source={source}
            nowMs={nowMs}
            busy={change.isPending && change.variables === source.position}
            onSwitch={admin && sources.length > 1 ? () => change.mutate(source.position) : undefined}
          />
        ))}
      </ol>
      {sources.length === 1 ? (
        <p className="mt-1 text-ink-3 text-label">
          With a second source Siaran could switch over when this one fails.
        </p>
      ) : null}
    </Section>
  );
};
