import type { UploadRecord } from './types';

type Begun = Pick<UploadRecord, 'fileName' | 'sizeBytes' | 'lastModified'>;
type Chosen = Pick<File, 'name' | 'size' | 'lastModified'>;

/**
 * Whether an upload was begun with this file. Many cameras and discs write files of one size, so the size alone says
 * nothing: a file that was renamed keeps its date, and where the date is not known (0) the name has to be the same.
 */
export const isFileOf = (record: Begun, file: Chosen): boolean =>
  record.sizeBytes === file.size &&
  (record.lastModified > 0 ? record.lastModified === file.lastModified : record.fileName === file.name);
