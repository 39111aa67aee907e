import { parentPort, workerData } from 'node:worker_threads';
import { Child } from './child.ts';
import { detectCapabilities } from './sandbox.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './types.ts';

// The only thread that spawns: the parent death signal of a child is tied to the thread that started it,
// so this one lives as long as the server does.
const port = parentPort;
if (!port) throw new Error('worker.ts runs as a worker thread only');

const settings = workerData as WorkerSettings;
const capabilities = detectCapabilities(settings);
const children = new Map<number, Child>();
const post = (message: FromWorker, transfer?: ArrayBuffer[]) => port.postMessage(message, transfer);

port.on('message', (message: ToWorker) => {
  const child = children.get(message.id);
  if (message.type === 'start') startChild(message.id, message.spec);
  else if (message.type === 'stop') child?.stop(message.graceMs);
  else if (message.type === 'pause') child?.setPaused(true);
  else if (message.type === 'resume') child?.setPaused(false);
  else if (message.type === 'stdin') child?.feed(message.chunk);
  else child?.ack(message.sizeBytes);
});

const FAILED = { code: null, signal: null, reason: 'spawn-error', text: '', wallMs: 0 } as const;

function startChild(id: number, spec: Extract<ToWorker, { type: 'start' }>['spec']): void {
  const child = new Child(id, spec, settings, post, () => children.delete(id));
  children.set(id, child);
  try {
    child.start(capabilities);
  } catch (error) {
    children.delete(id);
    const lastLines = [error instanceof Error ? error.message : String(error)];
    post({ type: 'ended', id, result: { ...FAILED, lastLines } });
  }
}

post({ type: 'ready', capabilities });
