import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { codecName, formatName } from '@/lib/client/live-words';
import type { StreamDetail } from '@/lib/contract/streams';
import { formatBytes, formatCount } from '@/lib/units/format';
import { formatTimeOfDay } from '@/lib/units/time';
import { Section } from './section';

const Fact = ({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) => (
  <div className="flex justify-between gap-3 border-line-soft border-b py-1.5 first:pt-0 last:border-b-0 last:pb-0">
    <dt className="text-ink-2">
      {label}
      {hint ? <span className="block text-ink-3 text-label">{hint}</span> : null}
    </dt>
    <dd className="data text-right">{children}</dd>
  </div>
);

const pictureOf = ({ video }: StreamDetail): string | null =>
  video
    ? `${video.width} × ${video.height}${video.fps ? `, ${Math.round(video.fps)} fps` : ''}, ${codecName(video.codec)}`
    : null;

const soundOf = ({ audio }: StreamDetail): string | null =>
  audio
    ? `${codecName(audio.codec)}${audio.sample_rate ? `, ${(audio.sample_rate / 1000).toFixed(1).replace('.0', '')} kHz` : ''}`
    : null;

const DAMAGE: readonly { key: keyof StreamDetail['damage']; label: string; hint: string }[] = [
  { key: 'transport_errors', label: 'Damaged packets', hint: 'Marked as broken by the sender' },
  { key: 'counter_jumps', label: 'Lost packets', hint: 'Places where the source has holes' },
  { key: 'dropped_video', label: 'Pictures left out', hint: 'Damaged, or cut off by a switch' },
  { key: 'dropped_audio', label: 'Sound left out', hint: 'Damaged, or cut off by a switch' },
  {
    key: 'cuts_without_keyframe',
    label: 'Segments cut without keyframe',
    hint: 'The source sends whole pictures too rarely',
  },
];

/** What the source sends, and what of it was damaged on the way to us. */
export const Reception = ({ stream }: { stream: StreamDetail }) => {
  const picture = pictureOf(stream);
  const sound = soundOf(stream);
  const damage = DAMAGE.filter(({ key }) => stream.damage[key] > 0);
  return (
    <Section title="Reception">
      <dl>
        {stream.format ? <Fact label="Format">{formatName(stream.format, stream.source_url)}</Fact> : null}
        {picture ? <Fact label="Picture">{picture}</Fact> : null}
        {sound ? <Fact label="Sound">{sound}</Fact> : null}
        <Fact label="Received">{formatBytes(stream.bytes_received)}</Fact>
        <Fact label="Sent to viewers">{formatBytes(stream.bytes_streamed)}</Fact>
        {damage.length === 0 ? <Fact label="Damage">none</Fact> : null}
        {damage.map(({ key, label, hint }) => (
          <Fact key={key} label={label} hint={hint}>
            {formatCount(stream.damage[key])}
          </Fact>
        ))}
      </dl>
    </Section>
  );
};

/** What needs a person although the stream runs. */
export const Alerts = ({ alerts }: { alerts: StreamDetail['alerts'] }) =>
  alerts.length === 0 ? null : (
    <ul aria-label="Alerts" className="grid gap-2 rounded-lg border border-line bg-surface px-[18px] py-3">
      {alerts.map((alert) => (
        <li key={alert.message} className="flex gap-2.5">
          <TriangleAlert aria-hidden className="mt-px size-4 text-warn" />
          {alert.message}
        </li>
      ))}
    </ul>
  );

/** The latest errors of all sources, with their codes. */
export const Troubles = ({ errors }: { errors: StreamDetail['errors'] }) => (
  <Section title="Last troubles">
    {errors.length === 0 ? <p className="text-ink-2">None since it started.</p> : null}
    <ul className="grid gap-2">
      {errors.slice(0, 8).map((error) => (
        <li key={`${error.at} ${error.code}`} className="grid grid-cols-[62px_minmax(0,1fr)] gap-2.5">
          <time className="text-ink-3 tabular-nums" dateTime={error.at}>
            {formatTimeOfDay(new Date(error.at))}
          </time>
          <span className="min-w-0 text-ink-2">
            <b className="font-semibold text-ink">Source {error.source_position + 1}.</b> {error.message}{' '}
            <code className="mono break-words text-ink-3">{error.code}</code>
          </span>
        </li>
      ))}
    </ul>
  </Section>
);
