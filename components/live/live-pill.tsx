import { LIVE_WORDS } from '@/lib/client/live-words';
import type { LiveState } from '@/lib/contract/channels';
import { Pill, type PillShape } from '../ui/state';

const SHAPE: Record<LiveState, PillShape> = {
  idle: 'idle',
  starting: 'starting',
  active: 'active',
  'failing-over': 'failing',
  stopping: 'stopping',
  stopped: 'stopped',
  failed: 'failed',
};

/** A live state as the one pill of the house. */
export const LivePill = ({ state, className }: { state: LiveState; className?: string }) => (
  <Pill shape={SHAPE[state]} {...(className ? { className } : {})}>
    {LIVE_WORDS[state]}
  </Pill>
);
