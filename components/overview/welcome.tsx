'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ListPlus, Play, Upload } from 'lucide-react';
import Link from 'next/link';
import { loadDemo } from '@/lib/client/overview';
import { TestCard } from '../brand/test-card';
import { useMay } from '../shell/session';
import { Button } from '../ui/button';
import { HelpLink } from '../ui/feedback';
import { tell, tellError } from '../ui/toast';

/** Loads the demo and refreshes everything it touches. */
export const useLoadDemo = () => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: loadDemo,
    onSuccess: () => {
      tell('The demo is here: a channel on the air and a video in the making.');
      void client.invalidateQueries();
    },
    onError: tellError,
  });
};

/** An empty station: the test card, one sentence, and three ways to begin. */
export const Welcome = ({ station }: { station: string }) => {
  const demo = useLoadDemo();
  const admin = useMay('admin');
  return (
    <div className="relative grid min-h-full place-items-center overflow-hidden px-6 py-10">
      <div
        aria-hidden
        className="absolute inset-x-0 top-[8%] mx-auto h-[420px] max-w-[680px] rounded-full bg-accent/35 opacity-60 blur-[90px] light:opacity-25"
      />
      <div className="relative w-full max-w-[540px] text-center">
        <TestCard station={station} className="mx-auto max-w-[500px] rounded-lg border border-line" />
        <h1 className="mt-7 font-[660] text-hero tracking-[-0.035em] [font-stretch:118%] max-sm:text-[28px] max-sm:leading-8">
          Nothing on air yet
        </h1>
        <p className="mx-auto mt-2 max-w-[46ch] text-ink-2 text-lead">
          Load a demo channel and a short video to see live, sharing and quality switching work. Delete them
          whenever you like.
        </p>
        <div className="mt-6 flex flex-wrap justify-center gap-2.5 max-sm:flex-col">
          {admin ? (
            <Button tone="primary" size="lg" busy={demo.isPending} onClick={() => demo.mutate()}>
              <Play aria-hidden />
              Load demo
            </Button>
          ) : null}
          <Button asChild size="lg">
            <Link href="/channels?import=1">
              <ListPlus aria-hidden />
              Import M3U
            </Link>
          </Button>
          <Button asChild size="lg">
            <Link href="/uploads">
              <Upload aria-hidden />
              Upload a video
            </Link>
          </Button>
        </div>
        <p className="mt-6">
          <HelpLink href="/api/docs">What the API can do</HelpLink>
        </p>
      </div>
    </div>
  );
};
