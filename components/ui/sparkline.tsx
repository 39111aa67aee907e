import { cn } from './cn';
import { sparkPath } from './spark-path';

type SparklineProps = {
  values: readonly number[];
  width?: number;
  height?: number;
  className?: string;
  fill?: boolean;
};

/** A small curve of the last minutes; no axis, drawn in the current colour. */
export const Sparkline = ({ values, width = 44, height = 16, className, fill = false }: SparklineProps) => {
  const path = sparkPath(values, width, height);
  if (path === null) return null;
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className={cn('block h-4 w-11 overflow-visible text-ink-3', className)}
    >
      {fill ? (
        <path d={`${path} L${width} ${height} L0 ${height} Z`} fill="currentColor" opacity="0.14" />
      ) : null}
      <path
        d={path}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.4"
        strokeLinejoin="round"
        strokeLinecap="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
};
