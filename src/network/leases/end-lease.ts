import type { Shell } from '../shell/index.js';
import { askLease } from './ask-lease.js';
import { claimant } from './claim.js';
import { leaseId } from './take-lease.js';

/** Ends the lease that a run still holds on a device although it is over. No error if it holds none. */
export async function endLease(shell: Shell, runId: string, folder?: string): Promise<void> {
  const claim = { ...claimant(), run: runId, reason: null, termS: 0 };
  const { holder } = await askLease(shell, 'show', { id: leaseId(), claim, folder });
  if (holder?.run === runId) await askLease(shell, 'release', { id: holder.id, claim, folder });
}
