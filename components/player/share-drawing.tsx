/** More lines than this would be a blot. */
const MOST = 12;
const FAN = { left: 104, right: 226, middle: 20, height: 34 };

/** One connection in, many out; the bright one is this viewer's. */
export const ShareDrawing = ({ viewers }: { viewers: number }) => {
  const count = Math.min(MOST, Math.max(1, viewers));
  const own = Math.floor((count - 1) / 2);
  const y = (i: number): number => (count === 1 ? FAN.middle : 3 + (i * FAN.height) / (count - 1));
  return (
    <svg viewBox="0 0 240 40" aria-hidden="true" className="mt-2 h-10 w-full">
      <circle cx="8" cy="20" r="4" fill="#46DDA0" />
      <path d="M12 20H92" stroke="#B7A4FF" strokeWidth="2" />
      <circle cx="98" cy="20" r="6" fill="#7B57F5" />
      {Array.from({ length: count }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no other name
        <g key={i} stroke="#B7A4FF">
          <path
            d={`M${FAN.left} 20C150 20 150 ${y(i)} ${FAN.right} ${y(i)}`}
            fill="none"
            strokeOpacity={i === own ? 1 : 0.38}
            strokeWidth={i === own ? 1.8 : 1}
          />
          <circle
            cx="229"
            cy={y(i)}
            r={i === own ? 2.6 : 1.3}
            fill={i === own ? '#fff' : '#B7A4FF'}
            stroke="none"
          />
        </g>
      ))}
    </svg>
  );
};
