import { defineConfig } from '@playwright/test';
import { CHROMIUM } from './tests/support/chromium.ts';

/** Which of the two projects runs decides the name of the report. */
const project =
  process.argv.find((word) => word.startsWith('--project='))?.slice('--project='.length) ?? 'all';

export default defineConfig({
  testDir: 'tests/browser',
  outputDir: 'test-results/browser',
  workers: 1,
  fullyParallel: false,
  timeout: 180_000,
  // A machine of two processors plays, encodes and tests at once: what fails there is looked at a second time, and reported.
  retries: process.env.CI ? 1 : 0,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: `test-results/browser-${project}.json` }]],
  use: {
    launchOptions: CHROMIUM,
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
    trace: 'off',
  },
  projects: [
    { name: 'main', testDir: 'tests/browser/main' },
    { name: 'more', testDir: 'tests/browser/more' },
  ],
});
