import { filesInFolder } from './folder';
import type { Picked } from './types';

/** Parts of the File System Access API that the DOM types leave out. */
type PickerWindow = {
  showOpenFilePicker?: (options: { multiple: boolean }) => Promise<FileSystemFileHandle[]>;
};
type HandleItem = DataTransferItem & { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> };
type AskableHandle = FileSystemFileHandle & {
  queryPermission?: (mode: { mode: 'read' }) => Promise<PermissionState>;
  requestPermission?: (mode: { mode: 'read' }) => Promise<PermissionState>;
};

/** What the file dialog offers first; anything else can still be dropped. */
export const VIDEO_TYPES =
  'video/*,.mkv,.mov,.avi,.flv,.ts,.m2ts,.mts,.wmv,.asf,.webm,.mp4,.m4v,.mpg,.mpeg,.ogv,.3gp,.mxf,.vob';

const isFileHandle = (handle: FileSystemHandle | null): handle is FileSystemFileHandle =>
  handle?.kind === 'file';

const isFolder = (entry: FileSystemEntry | null | undefined): entry is FileSystemDirectoryEntry =>
  entry?.isDirectory === true;

/**
 * The files of a drop and of the folders in it; has to be called inside the event, before the first await. `whole` = false
 * when a folder held more than are taken at once.
 */
export const filesOfDrop = async (data: DataTransfer): Promise<{ files: Picked[]; whole: boolean }> => {
  const items = [...data.items].filter((item) => item.kind === 'file');
  const waiting = items.map((item: HandleItem) => ({
    entry: item.webkitGetAsEntry?.(),
    file: item.getAsFile(),
    handle: item.getAsFileSystemHandle?.().catch(() => null) ?? Promise.resolve(null),
  }));
  let whole = true;
  const picked = await Promise.all(
    waiting.map(async ({ entry, file, handle }): Promise<Picked[]> => {
      if (isFolder(entry)) {
        const inside = await filesInFolder(entry);
        whole &&= inside.whole;
        return inside.files.map((one) => ({ file: one, handle: null }));
      }
      const found = await handle;
      return file === null ? [] : [{ file, handle: isFileHandle(found) ? found : null }];
    }),
  );
  return { files: picked.flat(), whole };
};

export const filesOfInput = (list: FileList | null): Picked[] =>
  [...(list ?? [])].map((file) => ({ file, handle: null }));

/** The browser's dialog that also gives handles; null where there is none, so that the caller opens the plain one. */
export const pickWithHandles = async (multiple: boolean): Promise<Picked[] | null> => {
  const { showOpenFilePicker } = window as PickerWindow;
  if (!showOpenFilePicker) return null;
  const handles = await showOpenFilePicker({ multiple }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') return [];
    return null;
  });
  if (handles === null) return null;
  return Promise.all(handles.map(async (handle) => ({ file: await handle.getFile(), handle })));
};

/** The file behind a handle of an earlier visit; `ask` may show the browser's question and needs a click. */
export const reopen = async (handle: FileSystemFileHandle, ask: boolean): Promise<File | null> => {
  const askable: AskableHandle = handle;
  try {
    let state = (await askable.queryPermission?.({ mode: 'read' })) ?? 'prompt';
    if (state === 'prompt' && ask) state = (await askable.requestPermission?.({ mode: 'read' })) ?? 'denied';
    return state === 'granted' ? await handle.getFile() : null;
  } catch {
    return null;
  }
};
