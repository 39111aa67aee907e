'use client';

import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import type { AudioTrack, SegmentMap, Video } from '@/lib/contract/videos';
import { formatClock } from '@/lib/units/format';
import { cn } from '../ui/cn';
import { type CellState, cellState, rangeTimes, segmentAt } from './segment-geometry';
import { aboutSize, CELL_WORDS, rowName } from './segment-words';

export type MapFacts = {
  map: SegmentMap;
  count: number;
  durationSeconds: number | null;
  tracks: readonly AudioTrack[];
  qualities: Video['qualities'];
};

type CursorProps = MapFacts & {
  widthPx: number;
  rows: number;
  /** Takes the player to a place; absent where nothing plays. */
  onSeek: ((seconds: number) => void) | undefined;
};

const LOOKS: Record<CellState, string> = {
  made: 'bg-seg',
  now: 'bg-seg-now',
  ahead: 'bg-accent-line',
  'viewer-now': 'bg-ok',
  'viewer-ahead': 'bg-ok/45',
  waiting: 'bg-seg-wait',
};

export const Swatch = ({ state }: { state: CellState }) => (
  <i aria-hidden className={cn('inline-block size-2.5 shrink-0 rounded-[2px]', LOOKS[state])} />
);

const headOf = (k: number, { map, durationSeconds }: MapFacts): string =>
  `Segment ${k}, ${rangeTimes([k, k + 1], map.segmentSeconds, durationSeconds)}`;

const Readout = ({ k, facts, widthPx }: { k: number; facts: MapFacts; widthPx: number }) => {
  const { map, count, tracks, qualities } = facts;
  const atPx = ((k + 0.5) / count) * widthPx;
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute bottom-full z-20 mb-2 w-[232px] rounded-lg border border-line-strong bg-overlay px-3 py-2 text-label shadow-(--shadow-3)"
      style={{ left: Math.max(0, Math.min(widthPx - 232, atPx - 116)) }}
    >
      <p className="mb-1 font-semibold tabular-nums">{headOf(k, facts)}</p>
      <ul className="grid gap-0.5">
        {map.rows.map((row) => {
          const state = cellState(map, row.id, k);
          const size = state === 'made' ? aboutSize(map, row, qualities) : null;
          return (
            <li key={row.id} className="flex items-center gap-1.5 text-ink-2">
              <Swatch state={state} />
              <span className="truncate">{rowName(row, tracks)}</span>
              <span className="ml-auto whitespace-nowrap text-ink-3">{size ?? CELL_WORDS[state]}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
};

const STEPS: Record<string, (k: number, count: number) => number> = {
  ArrowRight: (k) => k + 1,
  ArrowUp: (k) => k + 1,
  ArrowLeft: (k) => k - 1,
  ArrowDown: (k) => k - 1,
  PageUp: (k, count) => k + Math.ceil(count / 20),
  PageDown: (k, count) => k - Math.ceil(count / 20),
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** Lies over the rows: pointer or arrow keys choose a segment, its facts stand above it; a click goes there. */
export const SegmentCursor = ({ widthPx, rows, onSeek, ...facts }: CursorProps) => {
  const { map, count, tracks } = facts;
  const [k, setK] = useState(0);
  const [shown, setShown] = useState(false);
  const at = Math.min(k, count - 1);
  const go = (to: number): void => onSeek?.(to * map.segmentSeconds);
  const point = (event: PointerEvent<HTMLDivElement>): void => {
    const found = segmentAt(event.clientX - event.currentTarget.getBoundingClientRect().left, widthPx, count);
    if (found !== null) setK(found);
    setShown(true);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step) setK(Math.min(count - 1, Math.max(0, step(at, count))));
    else if (event.key === 'Enter') go(at);
    else return;
    event.preventDefault();
    event.stopPropagation();
    setShown(true);
  };
  const words = map.rows.map((row) => `${rowName(row, tracks)} ${CELL_WORDS[cellState(map, row.id, at)]}`);
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label="Segment"
      aria-valuemin={0}
      aria-valuemax={count - 1}
      aria-valuenow={at}
      aria-valuetext={`${headOf(at, facts)}: ${words.join(', ')}`}
      title={onSeek ? `Go to ${formatClock(at * map.segmentSeconds)}` : undefined}
      onPointerMove={point}
      onPointerDown={point}
      onPointerLeave={() => setShown(false)}
      onFocus={() => setShown(true)}
      onBlur={() => setShown(false)}
      onKeyDown={onKeyDown}
      onClick={() => go(at)}
      style={{ gridRow: `1 / span ${rows}` }}
      className={cn('relative z-10 col-start-2 self-stretch rounded-xs', onSeek && 'cursor-pointer')}
    >
      {shown ? (
        <>
          <i
            aria-hidden
            className="pointer-events-none absolute inset-y-0 w-0.5 -translate-x-1/2 bg-ink"
            style={{ left: ((at + 0.5) / count) * widthPx }}
          />
          <Readout k={at} facts={facts} widthPx={widthPx} />
        </>
      ) : null}
    </div>
  );
};
