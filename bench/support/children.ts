import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const FOLDER = path.resolve(import.meta.dirname, '../children');

/** A process of its own beside the server, so that its work is not counted as the server's. */
export type Child<Answer> = { answer: Answer; process: ChildProcess; stop(): Promise<void> };

/** Starts a file of bench/children with `input` and waits for its first message. */
export async function startChild<Answer>(file: string, input: unknown): Promise<Child<Answer>> {
  const child = fork(path.join(FOLDER, file), [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.send(input as object);
  const [answer] = await Promise.race([
    once(child, 'message') as Promise<[Answer]>,
    once(child, 'exit').then(([code]) => {
      throw new Error(`bench/children/${file} ended with ${code}`);
    }),
  ]);
  return {
    answer,
    process: child,
    async stop() {
      const gone = once(child, 'exit');
      if (child.kill()) await gone;
    },
  };
}

/** Sends a question to a process and waits for its next message. */
export async function askChild<Answer>(
  { process: child }: { process: ChildProcess },
  question: string,
): Promise<Answer> {
  const answered = once(child, 'message') as Promise<[Answer]>;
  child.send(question);
  return (await answered)[0];
}
