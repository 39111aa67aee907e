/** A folder of many thousand files is more likely dropped by mistake than meant. */
export const MOST_FILES = 2000;

const fileOf = (entry: FileSystemFileEntry): Promise<File | null> =>
  new Promise((resolve) => {
    entry.file(resolve, () => resolve(null));
  });

const readSome = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> =>
  new Promise((resolve) => {
    reader.readEntries(resolve, () => resolve([]));
  });

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

/** What lies in a folder; a browser answers in parts, the last of which is empty. */
const entriesOf = async (folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> => {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  for (let some = await readSome(reader); some.length > 0; some = await readSome(reader)) found.push(...some);
  return found.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
};

/**
 * The files in a folder and the folders in it, in order of their names; what is hidden is left out. `whole` = false when
 * there were more than are taken at once.
 */
export const filesInFolder = async (
  folder: FileSystemDirectoryEntry,
): Promise<{ files: File[]; whole: boolean }> => {
  const files: File[] = [];
  const folders = [folder];
  for (let next = folders.shift(); next !== undefined; next = folders.shift()) {
    for (const entry of await entriesOf(next)) {
      if (files.length >= MOST_FILES) return { files, whole: false };
      if (entry.name.startsWith('.')) continue;
      if (isFolder(entry)) folders.push(entry);
      const file = isFile(entry) ? await fileOf(entry) : null;
      if (file !== null) files.push(file);
    }
  }
  return { files, whole: true };
};
