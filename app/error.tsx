'use client';

import { ErrorBox } from '@/components/ui/feedback';

export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <div className="grid min-h-[60dvh] place-items-center p-6">
      <ErrorBox title="This page stopped working" error={error} onRetry={reset} className="w-full max-w-md" />
    </div>
  );
}
