import type { IncomingMessage } from 'node:http';
import { newId } from '../core/ids.ts';
import type { Uploader } from './ports.ts';
import { BODY_TYPE, PARTIAL, readMetadata, readNewLength, TusRefusal, titleOf } from './protocol.ts';
import type { NewUpload } from './rows.ts';

/** What a creation asks for; a part of a parallel upload gets no video. */
export function readPlan(
  req: IncomingMessage,
  user: Uploader,
  concat: string | null,
  maxBytes: number,
): NewUpload {
  const sizeBytes = readNewLength(req, maxBytes);
  const metadata = readMetadata(req);
  const bodyBytes = Number(req.headers['content-length'] ?? 0);
  if (bodyBytes > 0 && req.headers['content-type'] !== BODY_TYPE)
    throw new TusRefusal(415, `A body has to be ${BODY_TYPE}.`);
  if (bodyBytes > (sizeBytes ?? maxBytes))
    throw new TusRefusal(413, 'There is more in this request than Upload-Length says.');
  const videoId = concat === PARTIAL ? null : newId();
  const ownerId = user.userId;
  return { id: newId(), videoId, ownerId, sizeBytes, metadata, concat, ...titleOf(metadata) };
}

/** What the joining of parts asks for; its length is that of the parts. */
export function readFinalPlan(req: IncomingMessage, user: Uploader, concat: string) {
  if (req.headers['upload-length'] !== undefined || req.headers['upload-defer-length'] !== undefined)
    throw new TusRefusal(400, 'The length of an upload of parts is that of its parts; leave it out.');
  if (Number(req.headers['content-length'] ?? 0) > 0)
    throw new TusRefusal(400, 'An upload of parts has no bytes of its own.');
  const metadata = readMetadata(req);
  return {
    ...{ id: newId(), videoId: newId(), ownerId: user.userId, sizeBytes: null, metadata, concat },
    ...titleOf(metadata),
  };
}
