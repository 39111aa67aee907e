import v8 from 'node:v8';
import { isMainThread } from 'node:worker_threads';

// Loaded before the server: answers `memory` with what its process uses.
export type MemoryReport = {
  heapUsed: number;
  heapTotal: number;
  external: number;
  arrayBuffers: number;
  mallocedMemory: number;
};

if (isMainThread)
  process.on('message', (message) => {
    if (message !== 'memory') return;
    const { heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
    const { malloced_memory: mallocedMemory } = v8.getHeapStatistics();
    process.send?.({ heapUsed, heapTotal, external, arrayBuffers, mallocedMemory } satisfies MemoryReport);
  });
