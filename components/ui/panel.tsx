import type { ReactNode } from 'react';
import { cn } from './cn';

/** A hairline box on the page. */
export const Panel = ({ className, children }: { className?: string; children: ReactNode }) => (
  <section className={cn('rounded-lg border border-line-soft bg-surface', className)}>{children}</section>
);

/** The small headline of a panel, with a quiet word at its right. */
export const PanelTitle = ({ children, aside }: { children: ReactNode; aside?: ReactNode }) => (
  <div className="flex items-center gap-2">
    <h2 className="font-semibold text-body leading-[18px]">{children}</h2>
    {aside ? <div className="ml-auto text-ink-3 text-label">{aside}</div> : null}
  </div>
);

type PageHeadProps = { title: ReactNode; count?: ReactNode; children?: ReactNode; sub?: ReactNode };

/** The head of a page: its name, how many there are, and its actions at the right. */
export const PageHead = ({ title, count, sub, children }: PageHeadProps) => (
  <header className="flex flex-wrap items-center gap-x-3 gap-y-2">
    <div className="min-w-0 flex-1">
      <h1 className="flex items-baseline gap-2 font-[640] text-title [font-stretch:116%] tracking-[-0.025em]">
        {title}
        {count === undefined ? null : (
          <span className="data text-[14px] text-ink-3 tracking-normal">{count}</span>
        )}
      </h1>
      {sub ? <p className="text-ink-2">{sub}</p> : null}
    </div>
    {children ? <div className="flex items-center gap-2">{children}</div> : null}
  </header>
);

/** The plain frame of a page that scrolls as a whole, to its very end also above the tray of uploads. */
export const Page = ({ className, children }: { className?: string; children: ReactNode }) => (
  <div
    className={cn('px-7 pt-[22px] pb-[calc(28px+var(--tray-space,0px))] max-sm:px-4 max-sm:pt-4', className)}
  >
    {children}
  </div>
);
