import type { NextConfig } from 'next';

/** Pages only: every byte of media and every /api call is answered before Next (server/http/dispatch.ts). */
const config: NextConfig = {
  reactStrictMode: true,
  // A link that is clicked while the server is away waits for it; without this the browser would leave the page and its uploads.
  experimental: { useOffline: true },
  poweredByHeader: false,
  compress: true,
  devIndicators: false,
  images: { unoptimized: true },
  // Types are checked by `npm test`; on the way to a running panel that is half a minute for nothing.
  typescript: { ignoreBuildErrors: true },
};

export default config;
