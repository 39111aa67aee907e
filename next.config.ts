import type { NextConfig } from 'next';

/** Pages only: every byte of media and every /api call is answered before Next (server/http/dispatch.ts). */
const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  compress: true,
  devIndicators: false,
  images: { unoptimized: true },
};

export default config;
