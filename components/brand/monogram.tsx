import { cn } from '../ui/cn';
import { monogramStyle } from './monogram-style';

const FIGURES = [
  <circle key="sun" cx="32" cy="8" r="18" />,
  <path key="slope" d="M0 40V22L40 6v34Z" />,
  <path key="waves" d="M0 30c7-7 13-7 20 0s13 7 20 0v10H0Z" />,
  <path key="band" d="M-4 30 30-4h14L-4 44Z" />,
  <path key="ring" d="M20 2a18 18 0 1 1 0 36 18 18 0 0 1 0-36Zm0 8a10 10 0 1 0 0 20 10 10 0 0 0 0-20Z" />,
] as const;

/** A channel's sign when it has no logo: initials on a colour and a figure of its own. */
export const Monogram = ({ name, className }: { name: string; className?: string }) => {
  const { ground, figure, letters } = monogramStyle(name);
  return (
    <svg viewBox="0 0 40 40" aria-hidden className={cn('block size-8 shrink-0 rounded-[7px]', className)}>
      <rect width="40" height="40" fill={ground} />
      <g fill="#fff" opacity="0.13">
        {FIGURES[figure]}
      </g>
      <text
        x="20"
        y="20.5"
        fill="#fff"
        textAnchor="middle"
        dominantBaseline="central"
        fontSize={letters.length > 1 ? 15 : 18}
        fontWeight="660"
        letterSpacing="-0.4"
        style={{ fontFamily: 'var(--font-sans)', fontStretch: '112%' }}
      >
        {letters}
      </text>
      <rect x="0.5" y="0.5" width="39" height="39" rx="8" fill="none" stroke="#fff" strokeOpacity="0.1" />
    </svg>
  );
};
