import { readFileSync } from 'node:fs';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { cuttableLine } from '../../support/cuttable-line.ts';
import { settled } from '../../support/upload.ts';
import { openPanel, signIn, watchErrors } from '../support.ts';
import { bigClip, expectSame, MIB, watchUploads } from '../uploads.ts';

/** So long nothing may move before the panel takes the line for dead (components/uploader/task.ts). */
const STALL_MS = 60_000;

const panel = openPanel();

const tray = (page: Page): Locator => page.getByRole('region', { name: 'Uploads in this window' });
const rowIn = (page: Page, name: string): Locator => tray(page).getByRole('listitem', { name });

type Folder = { name: string; files: Record<string, Buffer> };

/**
 * Drops a folder on the page. Its entries are the browser's own, of its sandboxed file system: what CDP drops from the computer
 * are folders that cannot be read.
 */
const dropFolder = (page: Page, { name, files }: Folder): Promise<void> => {
  const contents = Object.entries(files).map(([at, bytes]) => ({ at, data: bytes.toString('base64') }));
  return page.evaluate(
    async ({ folder, list }) => {
      const { webkitRequestFileSystem } = window as unknown as {
        webkitRequestFileSystem: (
          type: 0,
          size: number,
          done: (fs: FileSystem) => void,
          bad: () => void,
        ) => void;
      };
      type Writer = { write(blob: Blob): void; onwriteend: () => void };
      type Writable = { createWriter(done: (writer: Writer) => void): void };
      const { root } = await new Promise<FileSystem>((resolve, reject) =>
        webkitRequestFileSystem.call(window, 0, 2 ** 24, resolve, reject),
      );
      const folderAt = (at: string) =>
        new Promise<FileSystemEntry>((resolve, reject) =>
          root.getDirectory(at, { create: true }, resolve, reject),
        );
      const dropped = await folderAt(folder);
      for (const { at, data } of list) {
        const steps = at.split('/').slice(0, -1);
        for (const [i] of steps.entries()) await folderAt([folder, ...steps.slice(0, i + 1)].join('/'));
        const entry = await new Promise<FileSystemEntry>((resolve, reject) =>
          root.getFile(`${folder}/${at}`, { create: true }, resolve, reject),
        );
        const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
        await new Promise<void>((resolve) =>
          (entry as unknown as Writable).createWriter((writer) => {
            writer.onwriteend = resolve;
            writer.write(new Blob([bytes]));
          }),
        );
      }
      const item = { kind: 'file', webkitGetAsEntry: () => dropped, getAsFile: () => null };
      for (const type of ['dragenter', 'dragover', 'drop']) {
        const event = new DragEvent(type, { bubbles: true, cancelable: true });
        Object.defineProperty(event, 'dataTransfer', { value: { types: ['Files'], items: [item] } });
        document.body.dispatchEvent(event);
      }
    },
    { folder: name, list: contents },
  );
};

test('of a dropped folder all videos go up, also those in folders in it, and the other files are named as left out (S4.1)', async ({
  page,
}) => {
  const errors = watchErrors(page);
  const video = readFileSync(await bigClip(panel.dataDir, 'clip.mp4', 1));
  const other = Buffer.from('no video');
  const season = {
    ...{ 'Part 1.mp4': video, 'Part 2.mov': video, 'Extras/Making of.mp4': video },
    ...{ 'cover.jpg': other, 'Extras/notes.txt': other, '.DS_Store': other },
  };
  const scans = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`scan ${i + 1}.jpg`, other]));

  await signIn(page, panel);
  await page.goto(`${panel.base}/library`);
  const sent = watchUploads(page);
  await dropFolder(page, { name: 'Season 1', files: season });
  for (const name of ['Part 1.mp4', 'Part 2.mov', 'Making of.mp4'])
    await expect(rowIn(page, name)).toHaveAttribute('data-state', 'ready', { timeout: 90_000 });
  for (const name of ['cover.jpg', 'notes.txt'])
    await expect(rowIn(page, name).getByText(/^By its name this file is no video/)).toBeVisible();
  await expect(tray(page).getByRole('listitem')).toHaveCount(5);
  expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(3);

  await dropFolder(page, { name: 'Empty', files: {} });
  await expect(page.getByText(/^There is nothing to upload: the folder is empty/)).toBeVisible();
  await dropFolder(page, { name: 'Scans', files: scans });
  await expect(
    page.getByText(/^Left out, they cannot be videos: scan 1\.jpg, .+ and 7 more\.$/),
  ).toBeVisible();
  await expect(tray(page).getByRole('listitem')).toHaveCount(5);
  expect(errors()).toEqual([]);
});

test('a line on which nothing moves any more says so, and after 60 s the upload tries again by itself (UP-03)', async ({
  page,
}) => {
  const errors = watchErrors(page);
  const wire = await cuttableLine(panel.server.port);
  try {
    const file = await bigClip(panel.dataDir, 'estuary.mp4', 24);
    await page.clock.install();
    await signIn(page, { base: wire.base });
    await page.goto(`${wire.base}/library`);
    const sent = watchUploads(page);
    wire.freezeAfter(6 * MIB);
    await page.getByRole('main').getByLabel('Video files').first().setInputFiles(file);
    const estuary = rowIn(page, 'estuary.mp4');
    await expect.poll(() => wire.isFrozen(), { timeout: 30_000 }).toBe(true);
    await page.clock.runFor(10_000);
    await expect(estuary.getByText('Nothing moves at the moment.')).toBeVisible();
    await expect(estuary).toHaveAttribute('data-state', 'sending');

    await page.clock.runFor(STALL_MS - 10_000);
    await expect(estuary.getByText(/goes on (by itself|where it stopped)/)).toBeVisible();
    wire.thaw();
    await expect
      .poll(
        async () => {
          await page.clock.runFor(5_000);
          return estuary.getAttribute('data-state');
        },
        { timeout: 60_000 },
      )
      .toMatch(/queued|processing|ready/);
    const { body } = await panel.client.get<{ items: { id: string }[] }>('/api/v1/videos?search=estuary');
    const videoId = body.items[0]?.id ?? '';
    expect((await settled(panel.client, videoId)).state).toBe('ready');
    expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(1);
    expect(sent.filter(({ method }) => method === 'HEAD').length).toBeGreaterThan(0);
    await expectSame(panel.dataDir, videoId, file);
    expect(errors()).toEqual([]);
  } finally {
    await wire.close();
  }
});
