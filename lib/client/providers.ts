import type { Provider, ProviderPatch } from '../contract/channels.ts';
import type { Page } from '../contract/common.ts';
import { get, patch } from './http.ts';
import { keys } from './keys.ts';

export const providersQuery = {
  queryKey: keys.providers,
  queryFn: () => get<Page<Provider>>('/api/v1/providers', { query: { limit: 500 } }),
};

export const updateProvider = (provider: Provider, body: ProviderPatch) =>
  patch<Provider>(`/api/v1/providers/${provider.id}`, body, { ifMatch: provider.etag });
