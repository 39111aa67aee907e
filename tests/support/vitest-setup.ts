import { expect } from 'vitest';

declare global {
  var testsAreSetUp: boolean | undefined;
}

/** Once for each process, which may run the tests of several files. */
if (!globalThis.testsAreSetUp) {
  globalThis.testsAreSetUp = true;
  // Bytes are compared as one, not as a hundred thousand properties.
  expect.addEqualityTesters([(a, b) => (Buffer.isBuffer(a) && Buffer.isBuffer(b) ? a.equals(b) : undefined)]);
  // A worker is ended by this signal: what is registered for the end of the process is done.
  process.once('SIGTERM', () => process.exit());
}
