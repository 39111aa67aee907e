import { Me } from '../../lib/contract/accounts.ts';
import type { Auth } from '../auth/index.ts';
import type { Routes } from './frame.ts';

type Ports = {
  auth: Pick<Auth, 'stationName' | 'refreshSession'>;
  uploadChunkBytes(): number;
  defaultQuality(): Me['defaultQuality'];
};

/** Who is signed in. The panel asks for it on every start, which also keeps the session from ending while it is used. */
export const meRoutes =
  ({ auth, uploadChunkBytes, defaultQuality }: Ports): Routes =>
  (api) => {
    api.get(
      '/api/v1/me',
      {
        config: { access: 'viewer' },
        schema: { tags: ['Account'], summary: 'Who is signed in', response: { 200: Me } },
      },
      async (request, reply) => {
        const cookies = await auth.refreshSession(request.raw);
        if (cookies.length > 0) reply.header('Set-Cookie', cookies);
        const { userId: id, name, email, role } = request.caller;
        const stationName = await auth.stationName();
        const settings = { uploadChunkBytes: uploadChunkBytes(), defaultQuality: defaultQuality() };
        return { id, name, email, role, stationName, ...settings };
      },
    );
  };
