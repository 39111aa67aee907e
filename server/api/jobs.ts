import { z } from 'zod';
import { PageQuery, Uuid } from '../../lib/contract/common.ts';
import { JOB_STATES, JobList, UploadList, VideoServerStatus } from '../../lib/contract/videos.ts';
import type { Ingest } from '../ingest/index.ts';
import type { Vod } from '../vod/index.ts';
import type { Caller, Routes } from './frame.ts';

type Ports = { vod: Pick<Vod, 'listJobs' | 'status'>; ingest: Pick<Ingest, 'list'> };

const tags = ['Videos'];
const JobQuery = PageQuery.extend({ state: z.enum(JOB_STATES).optional(), videoId: Uuid.optional() });

/** Admins see everybody's work, editors their own. */
const ownerOf = (caller: Caller): string | undefined => (caller.role === 'admin' ? undefined : caller.userId);

/** Uploads under way, the work on videos, and how the video server is doing. */
export const jobRoutes =
  ({ vod, ingest }: Ports): Routes =>
  (api) => {
    api.get(
      '/api/v1/jobs',
      {
        config: { access: 'editor' },
        schema: {
          tags,
          summary: 'Work on videos, newest first',
          querystring: JobQuery,
          response: { 200: JobList },
        },
      },
      async ({ query, caller }) => vod.listJobs({ ...query, ownerId: ownerOf(caller) }),
    );
    api.get(
      '/api/v1/uploads',
      {
        config: { access: 'editor' },
        schema: { tags, summary: 'Uploads under way', querystring: PageQuery, response: { 200: UploadList } },
      },
      async ({ query, caller }) => ingest.list({ ...query, ownerId: ownerOf(caller) }),
    );
    api.get(
      '/api/v1/video-server/status',
      {
        config: { access: 'admin' },
        schema: { tags, summary: 'How the video server is doing', response: { 200: VideoServerStatus } },
      },
      async () => vod.status(),
    );
  };
