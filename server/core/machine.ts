import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import os from 'node:os';

/**
 * Names this machine to processes that share its cores: the same for all of them until it boots again, containers
 * included, and another one on every other machine. Hashed, because it is told to others (random(4), boot_id; elsewhere
 * the host's name).
 */
export function machineId(): string {
  return createHash('sha256').update(`siaran machine ${bootId()}`).digest('hex').slice(0, 32);
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return os.hostname();
  }
}
