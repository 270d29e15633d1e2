import { CollabError, ExitCode, plainText } from '../../errors.js';
import { programText } from '../../package-folder.js';
import type { Shell } from '../shell/index.js';
import { leaseText, type LeaseClaim } from './claim.js';
import { parseLeaseAnswer, type LeaseAnswer } from './lease-answer.js';

export type LeaseAct = 'show' | 'take' | 'renew' | 'release' | 'kick';

/**
 * The folder that all logins of a device share. Every Linux has /tmp, writable for all. A reboot either empties it or
 * makes the leases in it void, because each names the boot under which it was taken.
 */
export const leaseFolder = '/tmp/.collab-lease';

/** The protocol of leases is described in lease.sh. */
export const leaseScript = programText('network/leases/lease.sh');

/**
 * Asks a device about its lease, or to change it, in one command.
 * @param id the lease that is meant, or a name of our own for an act that means none
 * @throws CollabError `lease-failed` when the device cannot keep a lease
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
    what: 'The device could not keep the lease that tells others who uses it.',
    why: plainText(result.stderr).trim() || `sh exited with code ${String(result.code)}.`,
    next: `Check on the device that the disk of ${folder} has room and that every login may write there.`,
    exitCode: ExitCode.deviceUnreachable,
  });
}
