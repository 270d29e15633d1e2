import { CollabError, ExitCode } from '../../errors.js';
import type { LeaseHolder } from './lease-answer.js';
import type { LeaseLoss } from './held-lease.js';

/** A device is held by another one. @param now the controller's time, by which a user reads since and until */
export function deviceBusy(device: string, holder: Omit<LeaseHolder, 'id'>, now: Date): CollabError {
  const { who, host, run, reason, heldS, leftS } = holder;
  const until = timeText(now, leftS);
  return new CollabError('device-busy', {
    what: `${device} is held by ${who} on ${host} since ${timeText(now, -heldS)}.`,
    why:
      run === null
        ? `It is locked by hand until ${until}${reason === null ? '' : `: ${reason}`}.`
        : `Run ${run} uses it. Its lease holds until ${until} and is renewed while the run goes on.`,
    next: `Wait until it is free, or take it from ${who}: collab device unlock ${device} --kick`,
    exitCode: ExitCode.deviceBusy,
  });
}

/** A run must stop, because a device is no longer its own. */
export function leaseLost(device: string, { kicker, holder }: LeaseLoss): CollabError {
  const now = holder === null ? '' : ` It is now held by ${holder.who} on ${holder.host}.`;
  return new CollabError('lease-lost', {
    what:
      kicker === null
        ? `The lease of ${device} ran out, and ${device} is used by another one.`
        : `${kicker.who} on ${kicker.host} has taken ${device} away from this run (device unlock --kick).`,
    why:
      kicker === null
        ? `It could not be renewed in time.${now}`
        : `${kicker.reason === null ? 'No reason was given.' : `The reason given: ${kicker.reason}.`}${now}`,
    next:
      kicker === null
        ? `Check the connection to ${device}, then run the experiment again.`
        : `Speak with ${kicker.who}, then run the experiment again. What was finished is kept.`,
    exitCode: ExitCode.deviceBusy,
  });
}

/** `2026-11-21 12:53:01 UTC`, so many seconds from now. */
export function timeText(now: Date, afterS: number): string {
  return `${new Date(now.getTime() + afterS * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
