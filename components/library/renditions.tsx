import type { Video } from '@/lib/contract/videos';
import { formatBytes } from '@/lib/units/format';
import { Panel, PanelTitle } from '../ui/panel';

const megabits = (bitsPerSecond: number): string =>
  bitsPerSecond > 0 ? (bitsPerSecond / 1e6).toFixed(2) : '–';

/** The qualities, best first: picture, bit rate as it is on average and at its peak, size on the disk. */
export const Renditions = ({ video }: { video: Video }) => {
  const best = [...video.qualities].sort((a, b) => b.bandwidth - a.bandwidth || b.height - a.height);
  const all = best.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return (
    <Panel className="px-[18px] pt-3.5 pb-3 max-sm:px-3.5">
      <PanelTitle aside={all > 0 ? `${formatBytes(all)} in all` : null}>Qualities</PanelTitle>
      {best.length === 0 ? (
        <p className="pt-1 pb-1 text-ink-2">None is complete yet.</p>
      ) : (
        <table className="mt-1.5 w-full text-[12.5px]">
          <thead>
            <tr className="h-[26px] text-left text-ink-3 text-label [&>th]:font-[550]">
              <th>Quality</th>
              <th className="max-sm:hidden">Picture</th>
              <th className="text-right">Average Mb/s</th>
              <th className="text-right">Peak</th>
              <th className="text-right">Size</th>
            </tr>
          </thead>
          <tbody>
            {best.map(({ id, width, height, bandwidth, averageBandwidth, sizeBytes }) => (
              <tr key={id} className="h-[31px] border-line-soft border-t whitespace-nowrap">
                <td className="font-semibold">{id === 'original' ? 'Original' : id}</td>
                <td className="text-ink-2 tabular-nums max-sm:hidden">
                  {width} × {height}
                </td>
                <td className="data text-right">{megabits(averageBandwidth)}</td>
                <td className="data text-right">{megabits(bandwidth)}</td>
                <td className="text-right text-ink-2 tabular-nums">
                  {sizeBytes > 0 ? formatBytes(sizeBytes) : '–'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
};
