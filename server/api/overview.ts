import { DemoResult, Overview } from '../../lib/contract/system.ts';
import type { Routes } from './frame.ts';

type Ports = {
  overview(): Promise<Overview>;
  loadDemo(userId: string): Promise<{ channelId: string; videoId: string }>;
  removeDemo(): Promise<void>;
};

const tags = ['Station'];

export const overviewRoutes =
  (ports: Ports): Routes =>
  (api) => {
    api.get(
      '/api/v1/overview',
      {
        config: { access: 'editor' },
        schema: { tags, summary: 'The station in numbers', response: { 200: Overview } },
      },
      async () => ports.overview(),
    );
    api.post(
      '/api/v1/demo',
      {
        config: { access: 'admin' },
        schema: { tags, summary: 'Load a demo channel and a demo video', response: { 200: DemoResult } },
      },
      async (request) => ports.loadDemo(request.caller.userId),
    );
    api.delete(
      '/api/v1/demo',
      { config: { access: 'admin' }, schema: { tags, summary: 'Remove the demo channel and video' } },
      async (_request, reply) => {
        await ports.removeDemo();
        return reply.status(204).send();
      },
    );
  };
