import { defineConfig, type TestProjectConfiguration } from 'vitest/config';

// What fails on a machine that does other things too is looked at a second time, and reported as such.
const retry = process.env.CI ? 1 : 0;

const UNIT = ['{server,lib,components,scripts}/**/*.test.ts'];
/** What watches its own process or many of its children: each file has a process of its own. */
const ALONE = ['server/{ingest,live,vod}/**/*', 'server/media/{ffmpeg/*,*}', 'scripts/**/*'].map(
  (files) => `${files}.test.ts`,
);

/** Tests of single parts, with one PostgreSQL for all. */
const unit = (name: string, files: { include: string[]; exclude?: string[]; isolate: boolean }) =>
  ({
    test: {
      name,
      retry,
      ...files,
      globalSetup: ['tests/support/postgres-setup.ts'],
      setupFiles: ['tests/support/vitest-setup.ts'],
      // Longer than any wait inside a test: that one tells what it saw instead.
      testTimeout: 60_000,
      hookTimeout: 60_000,
      // Tests mostly wait for time to pass: more of them than there are processors run well side by side.
      maxWorkers: 4,
      expect: { poll: { timeout: 15_000 } },
    },
  }) satisfies TestProjectConfiguration;

export default defineConfig({
  test: {
    projects: [
      unit('unit', { include: ALONE, isolate: true }),
      unit('unit-shared', { include: UNIT, exclude: ALONE, isolate: false }),
      {
        test: {
          name: 'journeys',
          retry,
          include: ['tests/journeys/**/*.test.ts'],
          setupFiles: ['tests/support/vitest-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each starts a whole panel, in a folder and at a port of its own.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
