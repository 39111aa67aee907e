'use client';

import { Play, Upload } from 'lucide-react';
import { TestCard } from '../brand/test-card';
import { useLoadDemo } from '../overview/welcome';
import { useMay } from '../shell/session';
import { Button } from '../ui/button';
import { HelpLink } from '../ui/feedback';
import { addUploads } from '../uploader/add';
import { FilesButton } from '../uploader/upload-button';

/** A library without a video: the test card, one sentence, two ways to begin. */
export const EmptyLibrary = ({ station }: { station: string }) => {
  const demo = useLoadDemo();
  const admin = useMay('admin');
  return (
    <div className="grid min-h-full place-items-center px-6 py-10">
      <div className="w-full max-w-[540px] text-center">
        <TestCard station={station} className="mx-auto max-w-[440px] rounded-lg border border-line" />
        <h1 className="mt-7 font-[660] text-hero tracking-[-0.035em] [font-stretch:118%] max-sm:text-[28px] max-sm:leading-8">
          No video yet
        </h1>
        <p className="mx-auto mt-2 max-w-[44ch] text-ink-2 text-lead">
          Drop a file anywhere on this page. It plays in every browser as soon as the first quality is made.
        </p>
        <div className="mt-6 flex flex-wrap justify-center gap-2.5 max-sm:flex-col">
          <FilesButton tone="primary" size="lg" onFiles={addUploads}>
            <Upload aria-hidden />
            Upload a video
          </FilesButton>
          {admin ? (
            <Button size="lg" busy={demo.isPending} onClick={() => demo.mutate()}>
              <Play aria-hidden />
              Load demo
            </Button>
          ) : null}
        </div>
        <p className="mt-6">
          <HelpLink href="/api/docs">How to upload from a script</HelpLink>
        </p>
      </div>
    </div>
  );
};
