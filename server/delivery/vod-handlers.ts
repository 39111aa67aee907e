import { AppError } from '../core/errors.ts';
import type { DeliveryPorts, MediaHandler, MediaRequest } from './context.ts';
import type { Grant, MediaFile } from './ports.ts';
import { sendFile, sendVirtual } from './send-file.ts';

const REVALIDATE = 'private, no-cache';

/** Finds the video and proves the right to it; one that does not exist looks the same to a stranger as one that does. */
export async function openVideo(
  { req, search, params }: MediaRequest,
  ports: DeliveryPorts,
): Promise<{ id: string; grant: Grant }> {
  const video = await ports.vod.find(params.id ?? '');
  if (!video) {
    await ports.access.grant(req, search, null);
    throw new AppError('NOT_FOUND');
  }
  const grant = await ports.access.grant(req, search, { kind: 'video', id: video.id }, video);
  return { id: video.id, grant };
}

export const found = <T>(thing: T | null): T => {
  if (thing === null) throw new AppError('NOT_READY', { retryAfterSeconds: 3 });
  return thing;
};

const file =
  (
    pick: (ports: DeliveryPorts, id: string, params: Record<string, string>) => Promise<MediaFile | null>,
  ): MediaHandler =>
  async (request, ports) => {
    const { id } = await openVideo(request, ports);
    await sendFile(request.req, request.res, found(await pick(ports, id, request.params)), {
      cacheControl: REVALIDATE,
    });
  };

/** `/stream/{uuid}`: the original if browsers play it, else the best finished MP4. */
export const videoOriginal = file((ports, id) => ports.vod.original(id));
/** `/stream/{uuid}/{quality}`: a fast-start MP4 of one quality. */
export const videoMp4 = file((ports, id, params) => ports.vod.mp4(id, params.quality ?? ''));
/** `/thumb/{uuid}` */
export const videoThumbnail = file((ports, id) => ports.vod.thumbnail(id));

/** `/stream/{uuid}/{quality}.ts`: a whole quality as one transport stream; nothing is here while segments are missing. */
export const videoWhole: MediaHandler = async (request, ports) => {
  const { id } = await openVideo(request, ports);
  const whole = await ports.vod.wholeFile(id, request.params.quality ?? '');
  if (!whole)
    throw new AppError('NOT_FOUND', {
      message: 'This quality is still being made. It is here as one file when all of it is made.',
      retryAfterSeconds: 5,
    });
  await sendVirtual(request.req, request.res, whole, { cacheControl: REVALIDATE });
};

/** `/stream/{uuid}/hls` leads to the master playlist. */
export const videoHlsRedirect: MediaHandler = async (request, ports) => {
  const { id, grant } = await openVideo(request, ports);
  request.res
    .writeHead(302, {
      Location: `/hls/${id}/master.m3u8${grant.query ? `?${grant.query}` : ''}`,
      'Content-Length': 0,
      'Cache-Control': 'no-store',
    })
    .end();
};
