'use client';

import { useQuery } from '@tanstack/react-query';
import { linkState } from '@/lib/client/events';
import { overviewQuery } from '@/lib/client/overview';
import { streamsQuery } from '@/lib/client/streams';
import { useStore } from './use-store';

/** Asked every few seconds only while the event stream is cut. */
const useFallbackInterval = (): number | false => (useStore(linkState) === 'live' ? false : 5000);

export const useOverview = () => useQuery({ ...overviewQuery, refetchInterval: useFallbackInterval() });
export const useStreams = () => useQuery({ ...streamsQuery, refetchInterval: useFallbackInterval() });
