import { defineConfig } from 'vitest/config';

// What fails on a machine that does other things too is looked at a second time, and reported as such.
const retry = process.env.CI ? 1 : 0;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          retry,
          include: ['{server,lib,components,scripts}/**/*.test.ts'],
          globalSetup: ['tests/support/postgres-setup.ts'],
          // Longer than any wait inside a test: that one tells what it saw instead.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Tests mostly wait for time to pass: more of them than there are processors run well side by side.
          maxWorkers: 4,
          expect: { poll: { timeout: 15_000 } },
        },
      },
      {
        test: {
          name: 'journeys',
          retry,
          include: ['tests/journeys/**/*.test.ts'],
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
