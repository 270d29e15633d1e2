import { CollabError, ExitCode } from '../../errors.js';
import { fleetClaimant } from './claim.js';
import type { LeaseHolder } from './lease-answer.js';
import type { LeaseLoss } from './held-lease.js';

/** Another user or run holds the device. @param now the controller's time, the basis of the times in the message */
export function deviceBusy(device: string, holder: Omit<LeaseHolder, 'id'>, now: Date): CollabError {
  const { who, host, run, reason, heldS, leftS } = holder;
  const until = timeText(now, leftS);
  const isJob = who.startsWith(fleetClaimant('')) && run !== null;
  if (isJob && reason !== null) return busyWithService(device, { who, host, run, reason, heldS }, now);
  return new CollabError('device-busy', {
    what: `${device} has been held by ${who} on ${host} since ${timeText(now, -heldS)}.`,
    why:
      run === null
        ? `It is locked manually until ${until}${reason === null ? '' : `: ${reason}`}.`
        : isJob
          ? `Tasks of jobs run there, such as one of the job ${run}.`
          : `Run ${run} uses it. Its lease is valid until ${until} and is renewed as long as the run continues.`,
    next: isJob
      ? `Wait until they have ended (collab job assignments). Or stop them: collab device unlock ${device} --kick. They run on other devices then, or here after a minute.`
      : `Wait until it is free, or take it from ${who}: collab device unlock ${device} --kick`,
    exitCode: ExitCode.deviceBusy,
  });
}

/** The reason names the service, whose replica does not end by itself. */
function busyWithService(
  device: string,
  { who, host, run, reason, heldS }: Omit<LeaseHolder, 'id' | 'leftS'>,
  now: Date,
): CollabError {
  return new CollabError('device-busy', {
    what: `${device} has been held by ${who} on ${host} since ${timeText(now, -heldS)}.`,
    why: `A replica of the ${reason ?? 'service'} runs there, until the service is cancelled: job ${run ?? ''}.`,
    next: `Cancel the service: collab job cancel ${run ?? ''}. Or stop what runs there: collab device unlock ${device} --kick. It runs on other devices then, or here after a minute.`,
    exitCode: ExitCode.deviceBusy,
  });
}

/** A run must stop because it has lost a device. */
export function leaseLost(device: string, { kicker, holder }: LeaseLoss): CollabError {
  const now = holder === null ? '' : ` It is now held by ${holder.who} on ${holder.host}.`;
  return new CollabError('lease-lost', {
    what:
      kicker === null
        ? `The lease of ${device} expired, and another user has taken ${device}.`
        : `${kicker.who} on ${kicker.host} took ${device} away from this run (device unlock --kick).`,
    why:
      kicker === null
        ? `It could not be renewed in time.${now}`
        : `${kicker.reason === null ? 'No reason was given.' : `Reason: ${kicker.reason}.`}${now}`,
    next:
      kicker === null
        ? `Check the connection to ${device}, then run the experiment again.`
        : `Contact ${kicker.who}, then run the experiment again. Finished trials are kept.`,
    exitCode: ExitCode.deviceBusy,
  });
}

/** The time `afterS` seconds from now, as `2026-11-21 12:53:01 UTC`. */
export function timeText(now: Date, afterS: number): string {
  return `${new Date(now.getTime() + afterS * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
