import { statSync } from 'node:fs';
import path from 'node:path';
import type { Video } from '../../lib/contract/videos.ts';
import type { Client } from './client.ts';
import { createUpload, sendRest } from './tus.ts';
import { until } from './until.ts';

/** Uploads a file as the panel does and answers the id of its video. */
export async function uploadFile(client: Client, file: string): Promise<string> {
  const { location, videoId } = await createUpload(client, path.basename(file), statSync(file).size);
  const status = await sendRest(client, location, { file, offset: 0 });
  if (status !== 204) throw new Error(`The upload ended with ${status}`);
  return videoId;
}

/** Waits until a video is ready or failed. */
export function settled(client: Client, videoId: string, limitMs = 120_000): Promise<Video> {
  return until(
    'the video is ready or failed',
    async () => {
      const { body } = await client.get<Video>(`/api/v1/videos/${videoId}`);
      return body.state === 'ready' || body.state === 'failed' ? body : null;
    },
    limitMs,
  );
}
