'use client';

import type { ChannelDetail } from '@/lib/contract/channels';
import type { StreamStatus } from '@/lib/contract/streams';
import { formatCount } from '@/lib/units/format';
import { CopyButton } from '../ui/copy';
import { lazyPart } from '../ui/lazy-part';
import { DrawerTitle } from './drawer-title';
import { EmbedPanel } from './embed-panel';

const Qr = lazyPart(() => import('./qr').then((m) => m.Qr));

/** The path of an address, which is what tells them apart; the whole one is copied. */
const pathOf = (address: string): string => (URL.canParse(address) ? new URL(address).pathname : address);

const Output = ({ label, url }: { label: string; url: string }) => (
  <li className="flex h-8 items-center gap-2 text-label">
    <b className="w-[70px] flex-none font-[560]">{label}</b>
    <code className="mono min-w-0 flex-1 truncate text-ink-2" title={url}>
      {pathOf(url)}
    </code>
    <CopyButton text={url} what={`the ${label} address`} />
  </li>
);

type OutputsProps = { channel: ChannelDetail; stream: StreamStatus | null };

/** Every way out of a channel: addresses for players, a QR code, a player for web pages. */
export const Outputs = ({ channel, stream }: OutputsProps) => (
  <section className="px-[18px] pt-4 pb-5">
    <DrawerTitle
      note={stream ? `relay, ${stream.upstream_connections} in and ${formatCount(stream.clients)} out` : ''}
    >
      Outputs
    </DrawerTitle>
    <ul className="grid gap-1">
      <Output label="HLS" url={channel.urls.hls} />
      <Output label="MPEG-TS" url={channel.urls.ts} />
      <Output label="M3U list" url={channel.urls.m3u} />
    </ul>
    <p className="mt-1.5 text-ink-3 text-label">
      HLS for browsers and phones, MPEG-TS for VLC, Kodi and TV boxes, the M3U list for apps that open files.
    </p>
    <div className="mt-3.5 flex items-center gap-3.5 border-line-soft border-t pt-3.5">
      <Qr text={channel.urls.hls} label={`QR code of the HLS address of ${channel.name}`} />
      <p className="text-ink-2">
        <b className="block font-semibold text-ink">Scan to watch on a phone</b>
        Opens in VLC or the browser. The address plays as you; renew your line to end it.
      </p>
    </div>
    <EmbedPanel channelId={channel.id} />
  </section>
);
