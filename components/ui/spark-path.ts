const MIN_SPAN_SHARE = 0.22;
const PAD = 1;

const round = (n: number): number => Math.round(n * 10) / 10;

/**
 * A Catmull-Rom curve through the values, scaled to their own range but never to less than 22 % of the largest, so
 * that noise stays small. Null when there are fewer than two values.
 */
export const sparkPath = (values: readonly number[], width: number, height: number): string | null => {
  if (values.length < 2) return null;
  const high = Math.max(...values);
  const low = Math.min(...values);
  const span = Math.max(high - low, Math.abs(high) * MIN_SPAN_SHARE, Number.EPSILON);
  const middle = (high + low) / 2;
  const points = values.map((value, i) => ({
    x: (i / (values.length - 1)) * width,
    y: height / 2 - ((value - middle) / span) * (height - 2 * PAD),
  }));
  let path = `M${round(points[0]!.x)} ${round(points[0]!.y)}`;
  for (let i = 0; i < points.length - 1; i += 1) {
    const p0 = points[Math.max(0, i - 1)]!;
    const p1 = points[i]!;
    const p2 = points[i + 1]!;
    const p3 = points[Math.min(points.length - 1, i + 2)]!;
    const a = { x: p1.x + (p2.x - p0.x) / 6, y: p1.y + (p2.y - p0.y) / 6 };
    const b = { x: p2.x - (p3.x - p1.x) / 6, y: p2.y - (p3.y - p1.y) / 6 };
    path += ` C${round(a.x)} ${round(a.y)} ${round(b.x)} ${round(b.y)} ${round(p2.x)} ${round(p2.y)}`;
  }
  return path;
};
