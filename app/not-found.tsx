import { LostCard } from '@/components/brand/lost';

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center p-6">
      <div className="w-full max-w-md text-center">
        <LostCard />
        <h1 className="wide mt-8 font-[640] text-display max-sm:text-[26px]">Nothing on this channel</h1>
        <p className="mt-1 mb-5 text-ink-2 text-lead">
          The page may have moved, or the address has a slip in it.
        </p>
        {/* A plain link: this page stands outside of the shells and is rare. */}
        <a
          href="/"
          className="inline-flex h-11 items-center rounded-[10px] bg-accent px-[18px] font-[560] text-[14px] text-on-accent hover:bg-accent-hover"
        >
          Back to the station
        </a>
      </div>
    </main>
  );
}
