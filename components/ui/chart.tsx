'use client';

import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatTimeOfDay } from '@/lib/units/time';

export type ChartLine = { name: string; values: readonly number[]; tone: 'accent' | 'ink'; fill?: boolean };

type ChartProps = {
  label: string;
  atMs: readonly number[];
  lines: readonly ChartLine[];
  /** Turns a value into text with its unit, for the one label of the y axis. */
  format: (value: number) => string;
};

const token = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const toneColour = (tone: ChartLine['tone']): string =>
  token(tone === 'accent' ? '--color-accent-ink' : '--color-ink');

const fillUnder = (u: uPlot): CanvasGradient => {
  const { top, height } = u.bbox;
  const gradient = u.ctx.createLinearGradient(0, top, 0, top + height);
  const colour = token('--color-seg');
  gradient.addColorStop(0, `color-mix(in srgb, ${colour} 62%, transparent)`);
  gradient.addColorStop(1, `color-mix(in srgb, ${colour} 10%, transparent)`);
  return gradient;
};

const niceTop = (max: number): number => {
  if (max <= 0) return 1;
  const step = 10 ** Math.floor(Math.log10(max));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((n) => n * step).find((n) => n >= max * 1.08) ?? max * 1.2;
};

/** Names the lines where they end, so that no legend is needed. */
const nameLines = (u: uPlot, lines: readonly ChartLine[]): void => {
  const { ctx } = u;
  const density = uPlot.pxRatio;
  ctx.save();
  ctx.font = `550 ${12 * density}px ${getComputedStyle(document.body).fontFamily}`;
  ctx.textAlign = 'right';
  const ends = lines
    .flatMap((line) => {
      const value = line.values.at(-1);
      return value === undefined ? [] : [{ line, y: u.valToPos(value, 'y', true) - 8 * density }];
    })
    .sort((a, b) => a.y - b.y);
  const step = 16 * density;
  const first = u.bbox.top + 12 * density;
  ends.forEach((end, i) => {
    end.y = Math.max(end.y, i === 0 ? first : ends[i - 1]!.y + step);
  });
  const below = Math.max(0, (ends.at(-1)?.y ?? 0) - (u.bbox.top + u.bbox.height - 6 * density));
  for (const { line, y } of ends) {
    ctx.fillStyle = toneColour(line.tone);
    ctx.fillText(line.name, u.bbox.left + u.bbox.width - 2 * density, y - below);
  }
  ctx.restore();
};

const optionsFor = (
  size: { width: number; height: number },
  lines: () => readonly ChartLine[],
  format: ChartProps['format'],
): uPlot.Options => {
  const quiet = { stroke: token('--color-ink-3'), font: '11px sans-serif', ticks: { show: false } };
  return {
    ...size,
    padding: [16, 0, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_u, _min, max) => [0, niceTop(max)] } },
    series: [
      {},
      ...lines().map((line) => ({
        stroke: toneColour(line.tone),
        width: 1.5,
        points: { show: false },
        ...(line.fill ? { fill: fillUnder } : {}),
      })),
    ],
    axes: [
      {
        ...quiet,
        grid: { show: false },
        size: 22,
        space: 110,
        // A label that would be cut by the edge is left out.
        values: (u, splits) =>
          splits.map((at) => {
            const x = u.valToPos(at, 'x');
            return x < 28 || x > u.width - 28 ? '' : formatTimeOfDay(new Date(at * 1000));
          }),
      },
      {
        ...quiet,
        side: 1,
        size: 0,
        grid: { stroke: token('--color-line-soft'), width: 1 },
        splits: (u) => [0, (u.scales.y!.max ?? 1) / 2, u.scales.y!.max ?? 1],
        values: () => [],
      },
    ],
    hooks: {
      draw: [
        (u) => nameLines(u, lines()),
        (u) => {
          const top = u.scales.y!.max ?? 0;
          if (format(top) === format(0)) return;
          u.ctx.save();
          u.ctx.fillStyle = token('--color-ink-3');
          u.ctx.font = `${11 * uPlot.pxRatio}px ${getComputedStyle(document.body).fontFamily}`;
          u.ctx.fillText(format(top), u.bbox.left, u.bbox.top - 4 * uPlot.pxRatio);
          u.ctx.restore();
        },
      ],
    },
  };
};

/** A chart of one or two lines over the last minutes; fills the box it stands in. */
export const Chart = ({ label, atMs, lines, format }: ChartProps) => {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(lines);
  latest.current = lines;
  const formatNow = useRef(format);
  formatNow.current = format;

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const build = (): void => {
      plot.current?.destroy();
      const { width, height } = element.getBoundingClientRect();
      const options = optionsFor(
        { width, height },
        () => latest.current,
        (value) => formatNow.current(value),
      );
      plot.current = new uPlot(options, undefined, element);
    };
    build();
    const resize = new ResizeObserver(() => {
      const { width, height } = element.getBoundingClientRect();
      plot.current?.setSize({ width, height });
    });
    resize.observe(element);
    // Colours are read once, so another theme needs another plot.
    const theme = new MutationObserver(build);
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      resize.disconnect();
      theme.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, []);

  const newest = atMs.at(-1);
  useEffect(() => {
    if (newest === undefined) return;
    plot.current?.setData([atMs.map((at) => at / 1000), ...lines.map((line) => [...line.values])]);
  }, [newest, atMs, lines]);

  return <div ref={host} role="img" aria-label={label} className="absolute inset-0" />;
};
