'use client';

import { useId } from 'react';
import { cn } from '../ui/cn';
import { useTimeOfDay } from './clock';

const STEPS = [
  '#F4F2FB',
  '#D3C6FF',
  '#B7A4FF',
  '#9678FF',
  '#7448F7',
  '#5426D6',
  '#381893',
  '#201052',
] as const;
const DARK = '#0B0915';
const WIDTH = 400;
const HEIGHT = 225;
const CELL = 26.8;
const HALF_CELL = CELL / 2;

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const at = (n: number): number => Math.round(n * 10) / 10;

const Grid = () => (
  <path
    stroke="#3A3260"
    d={[
      ...range(15).map((i) => `M${at(12.4 + i * CELL)} 0V${HEIGHT}`),
      ...range(8).map((i) => `M0 ${at(18.7 + i * CELL)}H${WIDTH}`),
    ].join('')}
  />
);

/** Castellations: the picture's edge, black and white in turn, so that overscan shows. */
const Edges = () => (
  <>
    {range(30).map((i) => (
      <rect
        key={i}
        x={at(i * HALF_CELL)}
        y={i % 2 === 0 ? 0 : HEIGHT - 6}
        width={HALF_CELL}
        height="6"
        fill={i % 4 < 2 ? '#F4F2FB' : DARK}
      />
    ))}
  </>
);

const Bars = () => (
  <>
    <rect x="100" y="14" width="200" height="32" fill="#16112B" />
    {STEPS.map((fill, i) => (
      <rect key={fill} x={at(102 + i * 24.6)} y="46" width="24.8" height="58" fill={fill} />
    ))}
    <rect x="100" y="104" width="200" height="34" fill="#F4F2FB" />
    {range(35).map((i) => (
      <rect key={i} x={at(104 + i * 5.6)} y="140" width={at(3.8 - i * 0.095)} height="26" fill="#D3C6FF" />
    ))}
    <rect x="100" y="168" width="200" height="60" fill="#6335EB" />
    <path d="M200 46V104M200 140V168" stroke={DARK} />
  </>
);

/** Siaran's own test card: violet steps, the station's name, and the real time. */
export const TestCard = ({ station, className }: { station: string; className?: string }) => {
  const clip = useId();
  const time = useTimeOfDay();
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Test card of ${station}`}
      className={cn('block w-full', className)}
      style={{ fontFamily: 'var(--font-sans)', fontStretch: '118%' }}
    >
      <rect width={WIDTH} height={HEIGHT} fill={DARK} />
      <Grid />
      <Edges />
      <clipPath id={clip}>
        <circle cx="200" cy="112.5" r="98" />
      </clipPath>
      <g clipPath={`url(#${clip})`}>
        <rect x="100" width="200" height={HEIGHT} fill={DARK} />
        <Bars />
      </g>
      <circle cx="200" cy="112.5" r="98" fill="none" stroke="#F4F2FB" strokeWidth="2" />
      <g textAnchor="middle" dominantBaseline="central">
        <text x="200" y="33" fill="#F4F2FB" fontSize={station.length > 16 ? 8.5 : 12} fontWeight="600">
          {station.length > 26 ? `${station.slice(0, 25)}…` : station}
        </text>
        <text x="200" y="121.5" fill={DARK} fontSize="20" fontWeight="760">
          SIARAN
        </text>
        <text
          x="200"
          y="186"
          fill="#fff"
          fontSize="14"
          fontWeight="660"
          style={{ fontVariantNumeric: 'tabular-nums' }}
        >
          {time ?? ''}
        </text>
      </g>
    </svg>
  );
};
