'use client';

import type { AudioTrack, SegmentMap, Video } from '@/lib/contract/videos';
import { formatBitRate, formatClock } from '@/lib/units/format';
import { Panel, PanelTitle } from '../ui/panel';
import { useWidth } from '../ui/use-width';
import { type MapFacts, SegmentCursor, Swatch } from './segment-cursor';
import { axisTimes, segmentsShown } from './segment-geometry';
import { SegmentCells } from './segment-row';
import { mapNote, measuredAverage, rowName, rowNote, rowText, viewerNote } from './segment-words';
import { useSegments } from './use-segments';
import { isHeld } from './words';

const ROW_PX = 20;
const AXIS_PARTS = 4;
const PHONE_PX = 400;

const Legend = ({ map, held }: { map: SegmentMap; held: boolean }) => {
  const running = map.running.some(({ why }) => why === 'batch');
  const wanted = map.running.some(({ why }) => why === 'viewer');
  return (
    <ul
      aria-label="Colours"
      className="flex flex-wrap gap-x-4 gap-y-1 text-ink-3 text-label [&>li]:flex [&>li]:items-center [&>li]:gap-1.5"
    >
      <li>
        <Swatch state="made" />
        Made
      </li>
      {running ? (
        <>
          <li>
            <Swatch state="now" />
            {held ? 'Begun, held' : 'Being made'}
          </li>
          <li>
            <Swatch state="ahead" />
            Next
          </li>
        </>
      ) : null}
      {wanted ? (
        <li>
          <Swatch state="viewer-now" />
          For a viewer
        </li>
      ) : null}
      <li>
        <Swatch state="waiting" />
        Not yet
      </li>
    </ul>
  );
};

const AsText = ({ map, tracks, durationSeconds }: MapFacts) => (
  <details className="mt-2 text-label">
    <summary className="w-fit rounded-sm font-[560] text-accent-ink hover:underline">
      The same in words
    </summary>
    <ul className="mt-1.5 grid gap-1 text-ink-2">
      {map.rows.map((row) => (
        <li key={row.id}>
          <b className="font-semibold text-ink">{rowName(row, tracks)}</b> {rowNote(map, row)}:{' '}
          <span className="tabular-nums">{rowText(map, row, durationSeconds)}</span>
        </li>
      ))}
    </ul>
  </details>
);

const Axis = ({ seconds, widthPx, row }: { seconds: number; widthPx: number; row: number }) => (
  <div
    aria-hidden
    style={{ gridRow: row }}
    className="col-start-2 flex justify-between text-[11px] text-ink-3 tabular-nums leading-4"
  >
    {axisTimes(seconds, widthPx < PHONE_PX ? 2 : AXIS_PARTS).map((time) => (
      <span key={time}>{formatClock(time)}</span>
    ))}
  </div>
);

const Rows = ({ facts, held, onSeek }: RowsProps) => {
  const { map, count, durationSeconds, tracks, qualities } = facts;
  const [track, widthPx] = useWidth<HTMLDivElement>();
  return (
    <div className="mt-3 grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-4 gap-y-2.5 max-sm:gap-x-2.5">
      {map.rows.map((row, index) => {
        const average = measuredAverage(qualities, row.id);
        const style = { gridRow: index + 1 };
        return (
          <div key={row.id} className="contents">
            <span style={style} className="col-start-1 max-w-36 truncate font-semibold max-sm:max-w-28">
              {rowName(row, tracks)}
              {average > 0 ? (
                <span className="ml-1.5 font-[450] text-ink-3 text-label tabular-nums max-sm:hidden">
                  {formatBitRate(average)}
                </span>
              ) : null}
            </span>
            <div ref={index === 0 ? track : undefined} style={style} className="col-start-2 h-5">
              <SegmentCells
                map={map}
                rowId={row.id}
                count={count}
                widthPx={widthPx}
                heightPx={ROW_PX}
                held={held}
              />
            </div>
            <span
              style={style}
              className="col-start-3 min-w-11 whitespace-nowrap text-right text-ink-2 tabular-nums"
            >
              {rowNote(map, row)}
            </span>
          </div>
        );
      })}
      <SegmentCursor {...facts} widthPx={widthPx} rows={map.rows.length} onSeek={onSeek} />
      <Axis
        seconds={durationSeconds ?? count * map.segmentSeconds}
        widthPx={widthPx}
        row={map.rows.length + 1}
      />
    </div>
  );
};

type RowsProps = { facts: MapFacts; held: boolean; onSeek: ((seconds: number) => void) | undefined };

type SegmentMapPanelProps = {
  video: Video;
  tracks: readonly AudioTrack[];
  onSeek: ((seconds: number) => void) | undefined;
};

/** What is made of a video, piece by piece: a row for each quality and sound track, from its beginning to its end. */
export const SegmentMapPanel = ({ video, tracks, onSeek }: SegmentMapPanelProps) => {
  const map = useSegments(video).data;
  const count = map ? segmentsShown(map) : 0;
  if (!map || map.rows.length === 0 || count === 0) return null;
  const { durationSeconds, qualities } = video;
  const facts: MapFacts = { map, count, durationSeconds, tracks, qualities };
  const held = isHeld(video);
  const wanted = viewerNote(map);
  return (
    <Panel className="mt-6 px-[18px] pt-3.5 pb-3.5 max-sm:px-3.5">
      <PanelTitle aside={mapNote(map)}>Segment map</PanelTitle>
      {wanted ? <p className="mt-1 text-ink-2">{wanted}</p> : null}
      <Rows facts={facts} held={held} onSeek={onSeek} />
      <div className="mt-2.5">
        <Legend map={map} held={held} />
        <AsText {...facts} />
      </div>
    </Panel>
  );
};
