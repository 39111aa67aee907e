import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startMark } from './identity.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';

let dir: string;
let supervisor: Supervisor;
const lavfi = (seconds: number) => ['-nostdin', '-f', 'lavfi', '-i', `testsrc=s=160x90:r=25:d=${seconds}`];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'siaran-ffmpeg-'));
  supervisor = createSupervisor({ ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe', runDir: join(dir, 'run') });
});
afterEach(async () => {
  await supervisor.close();
  rmSync(dir, { recursive: true, force: true });
});

const realtime = (seconds: number) => [
  '-nostdin',
  '-re',
  '-f',
  'lavfi',
  '-i',
  `testsrc=s=160x90:r=25:d=${seconds}`,
];
const nowhere = ['-progress', 'pipe:1', '-stats_period', '0.1', '-f', 'null', '-'];
const state = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0];

describe('supervisor', () => {
  test('reports progress and a clean end, and keeps the run record only while the child lives', async () => {
    const child = supervisor.start({
      label: 'encode',
      program: 'ffmpeg',
      args: [...realtime(1), ...nowhere],
      stdout: 'progress',
    });
    const times: number[] = [];
    child.onProgress((progress) => progress.outTimeMs !== null && times.push(progress.outTimeMs));
    const pid = await child.pid;
    expect(readdirSync(join(dir, 'run'))).toContain(`ffmpeg-${pid}.json`);
    const result = await child.done;
    expect(result).toMatchObject({ code: 0, reason: 'exit' });
    expect(times.at(-1)).toBeGreaterThan(900);
    expect(readdirSync(join(dir, 'run'))).toEqual([]);
  });

  test('feeds a child by its standard input, from before it runs until its end', async () => {
    const copy = ['-f', 's16le', '-ar', '8000', '-ac', '1'];
    const child = supervisor.start({
      label: 'fed',
      program: 'ffmpeg',
      args: ['-nostdin', '-v', 'error', ...copy, '-i', 'pipe:0', ...copy, 'pipe:1'],
      stdin: 'bytes',
      stdout: 'bytes',
    });
    const sent = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
    for (let at = 0; at < sent.length; at += 50_000) child.stdin?.write(sent.subarray(at, at + 50_000));
    child.stdin?.end();
    const parts: Buffer[] = [];
    for await (const chunk of child.stdout!) parts.push(chunk as Buffer);
    expect((await child.done).code).toBe(0);
    expect(Buffer.concat(parts).equals(sent)).toBe(true);
  });

  test('a child that takes nothing lets its writer wait, and ends the writing when it is ended', async () => {
    const args = ['-nostdin', '-f', 's16le', '-i', 'pipe:0', '-f', 'null', '-'];
    const child = supervisor.start({
      label: 'stuck',
      program: 'ffmpeg',
      args,
      stdin: 'bytes',
      stdout: 'ignore',
    });
    child.pause();
    const piece = Buffer.alloc(128 * 1024);
    let written = 0;
    while (child.stdin!.write(piece)) written += piece.length;
    expect(written).toBeLessThan(1024 * 1024);
    const closed = once(child.stdin!, 'close');
    await child.stop(0);
    await closed;
  });

  test('streams bytes with back-pressure and ends the child when the reader leaves', async () => {
    const args = ['-nostdin', '-f', 'lavfi', '-i', 'testsrc=s=640x360:r=25', '-f', 'rawvideo', 'pipe:1'];
    const child = supervisor.start({ label: 'bytes', program: 'ffmpeg', args, stdout: 'bytes' });
    await once(child.stdout!, 'readable');
    let size = 0;
    for await (const chunk of child.stdout!) {
      size += (chunk as Buffer).length;
      if (size > 8_000_000) break;
    }
    const result = await child.done;
    expect(result.reason).toBe('stopped');
    expect(size).toBeGreaterThan(8_000_000);
  });

  test('pauses and resumes the whole group', async () => {
    const child = supervisor.start({
      label: 'pause',
      program: 'ffmpeg',
      args: [...realtime(20), ...nowhere],
      stdout: 'progress',
    });
    await new Promise<void>((seen) => child.onProgress(() => seen()));
    const pid = (await child.pid) as number;
    child.pause();
    await expect.poll(() => state(pid)).toBe('T');
    child.resume();
    await expect.poll(() => state(pid)).not.toBe('T');
    expect((await child.stop()).reason).toBe('stopped');
    expect(startMark(pid)).toBeNull();
  });

  test('a pause is neither a stall nor time that counts, and afterwards the limits hold again', async () => {
    const child = supervisor.start({
      label: 'paused',
      program: 'ffmpeg',
      args: [...realtime(20), ...nowhere],
      stdout: 'progress',
      noProgressMs: 1000,
      timeoutMs: 2000,
    });
    await new Promise<void>((seen) => child.onProgress(() => seen()));
    const pid = (await child.pid) as number;
    const pausedAt = performance.now();
    child.pause();
    let ended = false;
    void child.done.then(() => {
      ended = true;
    });
    await expect.poll(() => performance.now() - pausedAt, { timeout: 5000 }).toBeGreaterThan(3000);
    expect(ended).toBe(false);
    expect(state(pid)).toBe('T');
    child.resume();
    const result = await child.done;
    expect(result.reason).toBe('timeout');
    expect(result.wallMs).toBeGreaterThan(4900);
  });

  test('a child that is paused while it waits for a free place does not begin to work', async () => {
    const narrow = createSupervisor({
      ffmpegPath: 'ffmpeg',
      ffprobePath: 'ffprobe',
      runDir: join(dir, 'run'),
      maxChildren: 1,
    });
    const spec = { program: 'ffmpeg', args: [...lavfi(1), ...nowhere], stdout: 'progress' } as const;
    const first = narrow.start({ ...spec, label: 'first', args: [...realtime(20), ...nowhere] });
    const second = narrow.start({ ...spec, label: 'second' });
    second.pause();
    await first.pid;
    await first.stop();
    const pid = (await second.pid) as number;
    await expect.poll(() => state(pid)).toBe('T');
    second.resume();
    expect((await second.done).code).toBe(0);
    await narrow.close();
  });

  test('FILE-12 ends a child that hangs instead of sending bytes, but not one whose reader is slow', async () => {
    const args = ['-nostdin', '-f', 'lavfi', '-i', 'testsrc=s=640x360:r=25', '-f', 'rawvideo', 'pipe:1'];
    const spec = { program: 'ffmpeg', args, stdout: 'bytes', noProgressMs: 500 } as const;
    const slow = supervisor.start({ ...spec, label: 'slow reader' });
    const hung = supervisor.start({ ...spec, label: 'hung' });
    await Promise.all([slow, hung].map((child) => once(child.stdout!, 'readable')));
    hung.stdout!.resume();
    process.kill((await hung.pid) as number, 'SIGSTOP');
    expect((await hung.done).reason).toBe('stalled');
    expect(state((await slow.pid) as number)).toMatch(/[RSD]/);
    expect((await slow.stop()).reason).toBe('stopped');
  });

  test('FILE-12 ends a child that makes no progress', async () => {
    const spec = {
      label: 'stall',
      program: 'ffmpeg',
      args: [...realtime(20), ...nowhere],
      stdout: 'progress',
      noProgressMs: 700,
    } as const;
    const child = supervisor.start(spec);
    await new Promise<void>((seen) => child.onProgress(() => seen()));
    process.kill((await child.pid) as number, 'SIGSTOP');
    const result = await child.done;
    expect(result.reason).toBe('stalled');
  });

  test('ends a child at its wall clock limit', async () => {
    const spec = {
      label: 'slow',
      program: 'ffmpeg',
      args: [...realtime(20), ...nowhere],
      stdout: 'progress',
      timeoutMs: 400,
    } as const;
    expect((await supervisor.start(spec).done).reason).toBe('timeout');
  });

  test('FILE-13 keeps a child within its memory limit', async () => {
    const args = [
      '-nostdin',
      '-f',
      'lavfi',
      '-i',
      'testsrc=s=1920x1080:d=1',
      '-c:v',
      'libx264',
      '-f',
      'null',
      '-',
    ];
    const result = await supervisor.start({
      label: 'big',
      program: 'ffmpeg',
      args,
      stdout: 'ignore',
      memoryLimitBytes: 128 << 20,
    }).done;
    expect(result.code).not.toBe(0);
    expect(result.lastLines.join('\n')).toMatch(/malloc of size|allocate memory/);
  });

  test('FILE-15 a child has its own group, no rights it does not need, and no network', async () => {
    const decoder = process.getuid?.() === 0 ? { uid: 58_111, gid: 58_111 } : null;
    const locked = createSupervisor({
      ffmpegPath: 'ffmpeg',
      ffprobePath: 'ffprobe',
      runDir: join(dir, 'run'),
      decoder,
    });
    const child = locked.start({
      label: 'locked',
      program: 'ffmpeg',
      args: [...realtime(20), ...nowhere],
      stdout: 'progress',
    });
    await new Promise<void>((seen) => child.onProgress(() => seen()));
    const pid = (await child.pid) as number;
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const uid = decoder?.uid ?? process.getuid?.();
    expect(status).toMatch(new RegExp(`^Uid:\\s+${uid}\\s+${uid}\\s+${uid}\\s`, 'm'));
    const can = await locked.capabilities();
    if (can.dropPrivileges) expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    const own = readlinkSync('/proc/self/ns/net');
    expect(readlinkSync(`/proc/${pid}/ns/net`) === own).toBe(!can.unshareNet);
    expect(readFileSync(`/proc/${pid}/environ`, 'latin1')).not.toMatch(/HOME=|SIARAN|DATABASE/);
    const group = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[2];
    expect(Number(group)).toBe(pid);
    await locked.close();
    expect(startMark(pid)).toBeNull();
  });

  test('a missing program is a result, not a crash', async () => {
    const other = createSupervisor({
      ffmpegPath: '/nowhere/ffmpeg',
      ffprobePath: 'ffprobe',
      runDir: join(dir, 'run'),
    });
    const result = await other.start({ label: 'none', program: 'ffmpeg', args: [], stdout: 'ignore' }).done;
    expect(result.code).not.toBe(0);
    await other.close();
  });

  test('children beyond the limit wait for a free place', async () => {
    const narrow = createSupervisor({
      ffmpegPath: 'ffmpeg',
      ffprobePath: 'ffprobe',
      runDir: join(dir, 'run'),
      maxChildren: 1,
    });
    const first = narrow.start({
      label: 'first',
      program: 'ffmpeg',
      args: [...realtime(20), ...nowhere],
      stdout: 'progress',
    });
    const second = narrow.start({
      label: 'second',
      program: 'ffmpeg',
      args: [...lavfi(0.2), ...nowhere],
      stdout: 'progress',
    });
    await first.pid;
    expect(narrow.running().map((child) => child.label)).toEqual(['first']);
    await first.stop();
    expect((await second.done).code).toBe(0);
    await narrow.close();
  });
});

describe('reaper', () => {
  test('PROC-03 kills the recorded group of a server that is gone and never a reused pid', async () => {
    const stray = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    const bystander = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    const gone = { ownerPid: 2 ** 22 - 7, ownerStartMark: 'x:1', label: 'old' };
    const record = (pid: number, mark: string | null) =>
      writeFileSync(
        join(dir, 'run', `ffmpeg-${pid}.json`),
        JSON.stringify({ pid, startMark: mark, ...gone }),
      );
    await supervisor.start({ label: 'mkdir', program: 'ffmpeg', args: ['-version'], stdout: 'text' }).done;
    record(stray.pid!, startMark(stray.pid!));
    record(bystander.pid!, 'other-boot:1');
    expect(supervisor.reap()).toBe(1);
    const [, signal] = await once(stray, 'exit');
    expect(signal).toBe('SIGKILL');
    expect(startMark(bystander.pid!)).not.toBeNull();
    expect(readdirSync(join(dir, 'run'))).toEqual([]);
    bystander.kill('SIGKILL');
  });

  test('PROC-03 a child that has only just begun is not taken for one that nobody owns', async () => {
    await supervisor.capabilities();
    const child = supervisor.start({
      label: 'encode',
      program: 'ffmpeg',
      args: [...realtime(60), ...nowhere],
      stdout: 'progress',
    });
    // The thread that starts it goes on, while this one is too busy to hear of it.
    const busy = new Int32Array(new SharedArrayBuffer(4));
    const records = () => (existsSync(join(dir, 'run')) ? readdirSync(join(dir, 'run')) : []);
    for (let tries = 0; tries < 2000 && !records().some((name) => name.endsWith('.json')); tries++)
      Atomics.wait(busy, 0, 0, 5);
    expect(records()).toHaveLength(1);
    expect(supervisor.reap()).toBe(0);
    expect(startMark((await child.pid)!)).not.toBeNull();
    expect(supervisor.reap()).toBe(0);
    expect(await child.stop()).toMatchObject({ reason: 'stopped' });
  });

  test('PROC-03 ffmpeg dies with a server that is killed', async () => {
    const script = join(dir, 'server.ts');
    const module = fileURLToPath(new URL('./supervisor.ts', import.meta.url));
    writeFileSync(
      script,
      `import { createSupervisor } from ${JSON.stringify(module)};
       const s = createSupervisor({ ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe', runDir: ${JSON.stringify(join(dir, 'run'))} });
       const c = s.start({ label: 'x', program: 'ffmpeg', args: ${JSON.stringify([...realtime(60), ...nowhere])}, stdout: 'progress' });
       c.onProgress(async () => console.log(await c.pid));`,
    );
    const server = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(server.stdout, 'data');
    const pid = Number.parseInt(String(line), 10);
    expect(startMark(pid)).not.toBeNull();
    server.kill('SIGKILL');
    await expect.poll(() => startMark(pid)).toBeNull();
    supervisor.reap();
    expect(existsSync(join(dir, 'run', `ffmpeg-${pid}.json`))).toBe(false);
  });
});
