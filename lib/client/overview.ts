import type { z } from 'zod';
import type { DemoResult, Overview } from '../contract/system.ts';
import { get, post } from './http.ts';
import { keys } from './keys.ts';

/** The station's numbers; kept fresh by the `overview` event, asked again only when events are cut off. */
export const overviewQuery = { queryKey: keys.overview, queryFn: () => get<Overview>('/api/v1/overview') };

export const loadDemo = () => post<z.infer<typeof DemoResult>>('/api/v1/demo');
