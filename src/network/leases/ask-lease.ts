import { CollabError, ExitCode, plainText } from '../../errors.js';
import { programText } from '../../package-folder.js';
import type { Shell } from '../shell/index.js';
import { leaseText, type LeaseClaim } from './claim.js';
import { parseLeaseAnswer, type LeaseAnswer } from './lease-answer.js';

export type LeaseAct = 'show' | 'take' | 'renew' | 'release' | 'kick';

/**
 * The lease folder, shared by all logins of a device. Every Linux has /tmp, writable for everyone. A reboot empties it or
 * invalidates its leases, because each lease contains the id of the boot in which it was taken.
 */
export const leaseFolder = '/tmp/.collab-lease';

/** lease.sh describes the protocol. */
export const leaseScript = programText('network/leases/lease.sh');

/**
 * Reads or changes the lease of a device with one command.
 * @param id the id of the lease, or a new id for an act without one
 * @throws CollabError `lease-failed` if the device cannot store a lease
 */
export async function askLease(
  shell: Shell,
  act: LeaseAct,
  { id, claim, folder = leaseFolder }: { id: string; claim: LeaseClaim; folder?: string | undefined },
): Promise<LeaseAnswer> {
  const values = [
    act,
    folder,
    id,
    String(Math.ceil(claim.termS)),
    leaseText(claim.who),
    leaseText(claim.host),
    leaseText(claim.run),
    leaseText(claim.reason, 200),
  ];
  const result = await shell.exec(['sh', '-s', ...values], { input: leaseScript, timeoutMs: 15_000 });
  const answer = result.code === 0 ? parseLeaseAnswer(result.stdout) : null;
  if (answer !== null) return answer;
  throw new CollabError('lease-failed', {
    what: 'The device could not store the lease that shows others who uses it.',
    why: plainText(result.stderr).trim() || `sh exited with code ${String(result.code)}.`,
    next: `On the device, check that the disk with ${folder} has free space and that every login may write there.`,
    exitCode: ExitCode.deviceUnreachable,
  });
}
