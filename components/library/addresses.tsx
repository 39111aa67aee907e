'use client';

import type { StreamConfig } from '@/lib/contract/videos';
import { CopyButton } from '../ui/copy';
import { Panel, PanelTitle } from '../ui/panel';

const absolute = (address: string): string => new URL(address, location.href).href;

const UUID = /([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{8}([0-9a-f]{4})/;

/** What is shown of an address: the part that tells one from another; the button copies all of it. */
const plain = (address: string): string => new URL(address, location.href).pathname.replace(UUID, '$1…$2');

const nameOf = (quality: string): string => (quality === 'original' ? 'Original' : quality);

const Row = ({ name, note, address }: { name: string; note: string; address: string }) => (
  <li className="grid grid-cols-[72px_minmax(0,1fr)_auto] items-center gap-3 border-line-soft border-t py-2 first:border-t-0">
    <span className="font-[560]">{name}</span>
    <span className="min-w-0">
      <code className="mono block truncate text-ink-2">{plain(address)}</code>
      <span className="block text-ink-3 text-label">{note}</span>
    </span>
    <CopyButton text={absolute(address)} what={`the ${name} address`} />
  </li>
);

/** Where the video plays outside this panel. The signature in an address ends; the note says when. */
export const Addresses = ({ config }: { config: StreamConfig | undefined }) => {
  if (!config) return null;
  const until = config.expiresAt
    ? `until ${new Date(config.expiresAt).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}`
    : 'without an end';
  const best = [...config.qualities].sort((a, b) => b.bandwidth - a.bandwidth);
  return (
    <Panel className="px-[18px] pt-3.5 pb-2">
      <PanelTitle aside={`valid ${until}`}>Addresses</PanelTitle>
      {config.hls === null && config.mp4 === null ? (
        <p className="pt-1 pb-3 text-ink-2">They appear as soon as the first part can be played.</p>
      ) : null}
      <ul className="mt-1">
        {config.hls ? (
          <Row name="HLS" note="All qualities, for players and TV apps" address={config.hls} />
        ) : null}
        {config.mp4 ? (
          <Row name="MP4" note="One file, for browsers and downloads" address={config.mp4} />
        ) : null}
        {best.map(({ id, mp4, height, width }) =>
          mp4 === null ? null : (
            <Row
              key={id}
              name={nameOf(id)}
              note={`MP4, ${width} × ${height}, made on first use`}
              address={mp4}
            />
          ),
        )}
        {best.map(({ id, ts }) =>
          ts === null ? null : (
            <Row
              key={`${id} ts`}
              name={`${nameOf(id)} .ts`}
              note="One transport stream, for players of TV lists"
              address={ts}
            />
          ),
        )}
      </ul>
    </Panel>
  );
};
