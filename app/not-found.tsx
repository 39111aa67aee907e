import Link from 'next/link';
import { TestCard } from '@/components/brand/test-card';
import { Button } from '@/components/ui/button';

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center p-6">
      <div className="w-full max-w-md text-center">
        <TestCard station="404" className="rounded-lg" />
        <h1 className="wide mt-8 font-[640] text-display max-sm:text-[26px]">Nothing on this channel</h1>
        <p className="mt-1 mb-5 text-ink-2 text-lead">
          The page may have moved, or the address has a slip in it.
        </p>
        <Button asChild size="lg" tone="primary">
          <Link href="/">Back to the station</Link>
        </Button>
      </div>
    </main>
  );
}
