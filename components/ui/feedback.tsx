'use client';

import { CircleX, RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { errorSentence, fieldIssues } from '@/lib/client/errors';
import { ApiError } from '@/lib/client/http';
import { Button } from './button';
import { cn } from './cn';

type EmptyProps = {
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  help?: ReactNode;
  className?: string;
};

/** A small list with nothing in it: a sentence, what to do, where to read more. */
export const Empty = ({ title, children, actions, help, className }: EmptyProps) => (
  <div className={cn('grid justify-items-center px-6 py-14 text-center', className)}>
    <p className="font-semibold text-lead">{title}</p>
    {children ? <div className="mt-1 max-w-[44ch] text-ink-2">{children}</div> : null}
    {actions ? <div className="mt-4 flex flex-wrap justify-center gap-2">{actions}</div> : null}
    {help ? <div className="mt-4 text-label">{help}</div> : null}
  </div>
);

/** A link to the documentation, named by what it explains. */
export const HelpLink = ({ href, children }: { href: string; children: ReactNode }) => (
  <a href={href} className="font-[560] text-accent-ink hover:underline">
    {children}
  </a>
);

type ErrorBoxProps = {
  /** What did not happen: "The channels could not be read". */
  title: ReactNode;
  error: unknown;
  onRetry?: () => void;
  /** The next step when trying again is not it. */
  actions?: ReactNode;
  className?: string;
};

/** What happened in words, the code small, and the next step. */
export const ErrorBox = ({ title, error, onRetry, actions, className }: ErrorBoxProps) => (
  <div role="alert" className={cn('rounded-lg border border-line bg-surface p-4', className)}>
    <p className="flex items-center gap-2 font-semibold">
      <CircleX aria-hidden className="size-4 text-bad" />
      {title}
    </p>
    <p className="mt-1 text-ink-2">{errorSentence(error)}</p>
    {fieldIssues(error).map((issue) => (
      <p key={`${issue.field} ${issue.message}`} className="mt-1 text-ink-2">
        {issue.field ? <b className="font-semibold text-ink">{issue.field}: </b> : null}
        {issue.message}
      </p>
    ))}
    {error instanceof ApiError ? (
      <p className="mono mt-2 text-ink-3">
        {error.code}
        {error.requestId ? ` · ${error.requestId}` : ''}
      </p>
    ) : null}
    {onRetry || actions ? (
      <div className="mt-3 flex flex-wrap gap-2">
        {actions}
        {onRetry ? (
          <Button onClick={onRetry}>
            <RotateCcw aria-hidden />
            Try again
          </Button>
        ) : null}
      </div>
    ) : null}
  </div>
);
