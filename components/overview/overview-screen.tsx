'use client';

import { useOverview } from '../shell/use-overview';
import { Welcome } from './welcome';

/** The control room's first page. */
export const OverviewScreen = () => {
  const { data } = useOverview();
  return data ? <Welcome station={data.stationName} /> : null;
};
