import type { Video } from '@/lib/contract/videos';
import { formatBytes } from '@/lib/units/format';
import { cn } from '../ui/cn';
import { Panel, PanelTitle } from '../ui/panel';

const megabits = (bitsPerSecond: number): string =>
  bitsPerSecond > 0 ? (bitsPerSecond / 1e6).toFixed(2) : '–';

const asideOf = (planned: boolean, bytes: number): string | null => {
  if (planned) return 'planned, measured when all is made';
  return bytes > 0 ? `${formatBytes(bytes)} in all` : null;
};

/**
 * The qualities, best first: picture, bit rate on average and at its peak, size on the disk. Rates are measured when all of a
 * quality is made; until then they are the plan, and said to be.
 */
export const Renditions = ({ video }: { video: Video }) => {
  const best = [...video.qualities].sort((a, b) => b.bandwidth - a.bandwidth || b.height - a.height);
  const all = best.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const planned = best.some(({ sizeBytes }) => sizeBytes === 0);
  return (
    <Panel className="px-[18px] pt-3.5 pb-3 max-sm:px-3.5">
      <PanelTitle aside={asideOf(planned, all)}>Qualities</PanelTitle>
      {best.length === 0 ? (
        <p className="pt-1 pb-1 text-ink-2">None is complete yet.</p>
      ) : (
        <table className="mt-1.5 w-full text-[12.5px]">
          <thead>
            <tr className="h-[26px] text-left text-ink-3 text-label [&>th]:font-[550]">
              <th>Quality</th>
              <th className="max-sm:hidden">Picture</th>
              <th className="text-right">Average Mb/s</th>
              <th className="text-right">Peak Mb/s</th>
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
                <td className={cn('data text-right', sizeBytes === 0 && 'font-[450] text-ink-3')}>
                  {megabits(averageBandwidth)}
                </td>
                <td className={cn('data text-right', sizeBytes === 0 && 'font-[450] text-ink-3')}>
                  {megabits(bandwidth)}
                </td>
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
