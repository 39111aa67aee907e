'use client';

import { useEffect, useState } from 'react';
import { formatTimeOfDay } from '@/lib/units/time';

/** The time of day, ticking with the second; null until the page runs in a browser. */
export const useTimeOfDay = (): string | null => {
  const [text, setText] = useState<string | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = (): void => {
      const now = new Date();
      setText(formatTimeOfDay(now));
      timer = setTimeout(tick, 1000 - now.getMilliseconds() + 5);
    };
    tick();
    return () => clearTimeout(timer);
  }, []);
  return text;
};

/** The station clock. */
export const Clock = ({ className }: { className?: string }) => {
  const text = useTimeOfDay();
  return (
    <time suppressHydrationWarning className={className}>
      {text ?? '--:--:--'}
    </time>
  );
};
