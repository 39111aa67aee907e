import type { Video } from '@/lib/contract/videos';
import { Panel, PanelTitle } from '../ui/panel';

/** The finished qualities, best first, with the peak that the playlist states. */
export const Renditions = ({ video }: { video: Video }) => {
  const best = [...video.qualities].sort((a, b) => b.bandwidth - a.bandwidth);
  return (
    <Panel className="px-[18px] pt-3.5 pb-3">
      <PanelTitle aside={best.length > 0 ? 'measured, not declared' : null}>Qualities</PanelTitle>
      {best.length === 0 ? (
        <p className="pt-1 pb-1 text-ink-2">None is complete yet.</p>
      ) : (
        <table className="mt-1.5 w-full text-[12.5px]">
          <thead>
            <tr className="h-[26px] text-left text-ink-3 text-label [&>th]:font-[550]">
              <th>Quality</th>
              <th>Size</th>
              <th className="text-right">Peak</th>
            </tr>
          </thead>
          <tbody>
            {best.map(({ id, width, height, bandwidth }) => (
              <tr key={id} className="h-[31px] border-line-soft border-t whitespace-nowrap">
                <td className="font-semibold">{id === 'original' ? 'Original' : id}</td>
                <td className="tabular-nums text-ink-2">
                  {width} × {height}
                </td>
                <td className="text-right">
                  <b className="data">{(bandwidth / 1e6).toFixed(2)}</b>{' '}
                  <span className="text-ink-3">Mb/s</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
};
