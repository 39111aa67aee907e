'use client';

import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/button';
import { ErrorBox } from '@/components/ui/feedback';
import { isMissingPart, partIsBack } from '@/lib/client/parts';

type PageErrorProps = { error: Error; retry: () => void };

/** How often pages came back by themselves; one that keeps on failing is left to the person. */
let comebacks = 0;

/** The page itself did not arrive: it is drawn again as soon as the server has it. */
const Missing = ({ error, retry }: PageErrorProps) => {
  const [gone, setGone] = useState(false);
  useEffect(() => {
    let here = true;
    void partIsBack(error, ++comebacks).then((back) => {
      if (!here) return;
      if (back) retry();
      else setGone(true);
    });
    return () => {
      here = false;
    };
  }, [error, retry]);
  return (
    <section role="alert" className="w-full max-w-md rounded-lg border border-line bg-surface p-4">
      <p className="font-semibold">
        {gone ? 'This page is not here any more' : 'This page has not arrived yet'}
      </p>
      <p className="mt-1 mb-3 text-ink-2">
        {gone
          ? 'Siaran was updated since you opened it. Reload the page to get the new version.'
          : 'The server does not answer. The page opens by itself as soon as it does; what is being uploaded goes on.'}
      </p>
      {gone ? (
        <Button tone="primary" onClick={() => window.location.reload()}>
          Reload the page
        </Button>
      ) : (
        <Button onClick={retry}>Try again</Button>
      )}
    </section>
  );
};

export default function PageError({ error, retry }: PageErrorProps) {
  return (
    <div className="grid min-h-[60dvh] place-items-center p-6">
      {isMissingPart(error) ? (
        <Missing error={error} retry={retry} />
      ) : (
        <ErrorBox
          title="This page stopped working"
          error={error}
          onRetry={retry}
          className="w-full max-w-md"
        />
      )}
    </div>
  );
}
