import type { ReactNode } from 'react';
import { ControlShell } from '@/components/shell/control-shell';

export default function ControlLayout({ children }: { children: ReactNode }) {
  return <ControlShell>{children}</ControlShell>;
}
