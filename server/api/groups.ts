import { GroupList } from '../../lib/contract/channels.ts';
import { PageQuery } from '../../lib/contract/common.ts';
import type { Catalog } from '../catalog/index.ts';
import type { Routes } from './frame.ts';

type Ports = { catalog: Pick<Catalog, 'groups'> };

const tags = ['Channels'];

/** The groups that channels are in. */
export const groupRoutes =
  ({ catalog }: Ports): Routes =>
  (api) => {
    api.get(
      '/api/v1/groups',
      {
        config: { access: 'viewer' },
        schema: { tags, summary: 'All groups', querystring: PageQuery, response: { 200: GroupList } },
      },
      async (request) => catalog.groups(request.query),
    );
  };
