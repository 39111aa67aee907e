import type { ReactNode } from 'react';
import { WatchShell } from '@/components/shell/watch-shell';

export default function WatchLayout({ children }: { children: ReactNode }) {
  return <WatchShell>{children}</WatchShell>;
}
