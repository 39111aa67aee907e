'use client';

import { useEffect, useState } from 'react';
import { serverNowMs } from '@/lib/client/server-clock';

/** The server's time, a second at a time, for countdowns. */
export const useServerNow = (): number => {
  const [nowMs, setNowMs] = useState(() => serverNowMs(Date.now()));
  useEffect(() => {
    const timer = setInterval(() => setNowMs(serverNowMs(Date.now())), 1000);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
};
