'use client';

import { useEffect } from 'react';

/** All that it needs is in this file: whatever else is missing, this page is whole. */
const STYLE = `
  :root { color-scheme: dark; --canvas: #0A0911; --surface: #11101A; --line: #262338; --ink: #F4F2FB; --ink-2: #B7B2C9; --accent: #6335EB; --hover: #7448F7; --ring: #B7A4FF; }
  :root[data-theme=light] { color-scheme: light; --canvas: #F6F5FA; --surface: #FFFFFF; --line: #E0DCEA; --ink: #16121F; --ink-2: #4C465F; --accent: #5A2BE0; --hover: #4A1ECB; --ring: #4E20D2; }
  body { margin: 0; min-height: 100dvh; display: grid; place-items: center; padding: 24px; box-sizing: border-box; background: var(--canvas); color: var(--ink); font: 450 15px/22px var(--font-mona, ui-sans-serif), system-ui, sans-serif; -webkit-font-smoothing: antialiased; }
  main { max-width: 460px; }
  svg { display: block; width: 44px; height: 44px; border-radius: 10px; margin-bottom: 20px; }
  h1 { margin: 0 0 6px; font-size: 26px; line-height: 31px; font-weight: 640; font-stretch: 118%; letter-spacing: -.035em; }
  p { margin: 0 0 20px; color: var(--ink-2); }
  div { display: flex; flex-wrap: wrap; gap: 8px; }
  button { height: 44px; padding: 0 18px; border: 1px solid var(--line); border-radius: 10px; background: var(--surface); color: var(--ink); font: inherit; font-size: 14px; font-weight: 560; cursor: pointer; }
  button.first { border-color: transparent; background: var(--accent); color: #fff; }
  button.first:hover { background: var(--hover); }
  button:focus-visible { outline: 2px solid var(--ring); outline-offset: 2px; }
`;

const ASK_EVERY_MS = 2_000;
/** So often it is drawn again by itself; then the person decides. */
const MOST_COMEBACKS = 5;
let comebacks = 0;

const isLight = (): boolean => {
  try {
    const choice = localStorage.getItem('siaran.theme');
    return choice === 'light' || (choice === 'system' && matchMedia('(prefers-color-scheme: light)').matches);
  } catch {
    return false;
  }
};

/** A part that did not arrive comes again when the server answers. */
const useComeback = (missing: boolean, retry: () => void): void => {
  useEffect(() => {
    if (!missing || comebacks >= MOST_COMEBACKS) return;
    const ask = async (): Promise<void> => {
      const answer = await fetch('/healthz', { cache: 'no-store' }).catch(() => null);
      if (!answer?.ok || timer === undefined) return;
      clearInterval(timer);
      comebacks += 1;
      retry();
    };
    let timer: ReturnType<typeof setInterval> | undefined = setInterval(() => void ask(), ASK_EVERY_MS);
    return () => {
      clearInterval(timer);
      timer = undefined;
    };
  }, [missing, retry]);
};

/** Where even the frame of the panel could not be drawn. */
export default function GlobalError({ error, retry }: { error: Error; retry: () => void }) {
  const missing = error.name === 'ChunkLoadError';
  useComeback(missing, retry);
  const inBrowser = typeof window !== 'undefined';
  const theme = inBrowser && isLight() ? 'light' : 'dark';
  // The letters of the page before, where they had arrived.
  const letters = inBrowser ? document.documentElement.className : '';
  return (
    <html lang="en" data-theme={theme} className={letters} data-alive="" suppressHydrationWarning>
      <head>
        <title>Siaran</title>
        <style>{STYLE}</style>
      </head>
      <body>
        <main role="alert">
          <svg viewBox="-4 -4 32 32" fill="none" aria-hidden="true">
            <rect x="-4" y="-4" width="32" height="32" fill="#0A0911" />
            <g stroke="#B7A4FF" strokeWidth="3" strokeLinecap="round">
              <path d="M18.9 7.1A8.2 8.2 0 0 0 4.6 9.7c-.8 2.7 1 4.5 3.7 4.9" />
              <path d="M5.1 16.9a8.2 8.2 0 0 0 14.3-2.6c.8-2.7-1-4.5-3.7-4.9" />
            </g>
            <circle cx="12" cy="12" r="2.1" fill="#F4F2FB" />
          </svg>
          <h1>{missing ? 'The panel has not arrived yet' : 'The panel stopped working'}</h1>
          <p>
            {missing
              ? 'The server does not answer. The panel opens by itself as soon as it does.'
              : 'Something went wrong in this page, not on the server: channels, uploads and conversions go on. Try again, or load the page anew.'}
          </p>
          <div>
            <button type="button" className="first" onClick={retry}>
              Try again
            </button>
            <button type="button" onClick={() => window.location.reload()}>
              Reload the page
            </button>
          </div>
        </main>
      </body>
    </html>
  );
}
