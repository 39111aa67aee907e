import type { Role } from '../../lib/contract/roles.ts';

export const ROLE_WORDS: Record<Role, string> = { admin: 'Admin', editor: 'Editor', viewer: 'Viewer' };

export const ROLE_HINTS: Record<Role, string> = {
  admin: 'May do everything, also add people and change settings.',
  editor: 'Uploads and manages own videos, sees what is on air.',
  viewer: 'Watches TV and videos.',
};
