import type { ReactNode } from 'react';
import { Panel, PanelTitle } from '../ui/panel';

type SectionProps = { title: string; aside?: ReactNode; children: ReactNode; className?: string };

/** One part of a stream's page. */
export const Section = ({ title, aside, children, className }: SectionProps) => (
  <Panel className={className ?? ''}>
    <div className="px-[18px] pt-3.5 pb-4">
      <PanelTitle aside={aside}>{title}</PanelTitle>
      <div className="mt-2.5">{children}</div>
    </div>
  </Panel>
);
