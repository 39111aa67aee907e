import { lt } from 'drizzle-orm';
import { session } from '../../drizzle/schema/auth.ts';
import { messageOf } from '../core/errors.ts';
import type { AuthPorts } from './ports.ts';

const EVERY_MS = 6 * 3_600_000;

/** Sweeps sessions that ended by time, now and every six hours; the answer stops it. */
export function sweepExpired({ db, clock, log }: Pick<AuthPorts, 'db' | 'clock' | 'log'>): () => void {
  const sweep = async () => {
    try {
      await db.delete(session).where(lt(session.expiresAt, new Date(clock.now())));
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'ended sessions could not be swept');
    }
  };
  const timer = setInterval(() => void sweep(), EVERY_MS);
  timer.unref();
  void sweep();
  return () => clearInterval(timer);
}
