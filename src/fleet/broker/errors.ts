import { CollabError, ExitCode, plainText } from '../../errors.js';
import { BrokerConflict } from './broker.js';

/** The broker cannot do it now, but soon may: a server is gone, and another one is about to take over. */
export class NotNow extends Error {
  /** JetStream's number of the error, if it gave one. */
  code: number | null = null;
}

/** What answered a request with an error: JetStream's number and text. */
export class BrokerFault extends Error {
  constructor(
    readonly code: number,
    readonly text: string,
  ) {
    super(`${plainText(text)} (JetStream error ${code})`);
  }
}

/** The broker knows neither the key nor the password, or does not allow what was asked. */
export function brokerRefused(why: string, cause?: unknown): CollabError {
  return new CollabError('store-refused', {
    what: "The fleet's store does not let this user do that.",
    why,
    next: 'Ask an administrator of the fleet whether you are still one of its users: collab fleet user list',
    exitCode: ExitCode.deviceUnreachable,
    cause,
  });
}

/** @param answering keepers of which the broker greets */
export function brokerUnreachable(
  { answering, keepers }: { answering: number; keepers: number },
  cause: Error | null,
): CollabError {
  const majority = Math.floor(keepers / 2) + 1;
  const count = `${answering} of ${keepers} ${keepers === 1 ? 'keeper' : 'keepers'} ${answering === 1 ? 'answers' : 'answer'}`;
  const last = cause === null ? '' : ` Last fault: ${plainText(cause.message)}`;
  return new CollabError('store-unreachable', {
    what: "The fleet's store does not answer.",
    why:
      answering < majority
        ? `${count}, and it takes a majority of ${majority} to write.`
        : `${count}, but not the whole store.${last}`,
    next: 'See which keepers are gone with: collab fleet status. What is in the store is kept; try again when a majority of them is back.',
    exitCode: ExitCode.deviceUnreachable,
    cause,
  });
}

export function brokerNoAnswer(why: string): CollabError {
  return new CollabError('broker-no-answer', {
    what: 'No keeper of the fleet answers this question.',
    why,
    next: 'See whether the agents of the keepers run with: collab fleet status',
    exitCode: ExitCode.deviceUnreachable,
  });
}

function storeFull(why: string): CollabError {
  return new CollabError('store-full', {
    what: "The fleet's store is full.",
    why,
    next: 'Remove files with: collab store delete. See how full each keeper is with: collab fleet status',
    exitCode: ExitCode.deviceUnreachable,
  });
}

function storeFrozen(): CollabError {
  return new CollabError('store-frozen', {
    what: "The fleet's store takes nothing at the moment.",
    why: 'It is being copied to other keepers.',
    next: 'Try again in a minute. See how far it is with: collab fleet status',
    exitCode: ExitCode.deviceBusy,
  });
}

/** The broker itself says that something is wrong which no retry helps against. */
function brokerFailed(fault: BrokerFault): CollabError {
  return new CollabError('broker-failed', {
    what: "The fleet's broker refuses a request.",
    why: fault.message,
    next: 'See which version runs on the keepers with: collab fleet status',
    exitCode: ExitCode.internal,
    cause: fault,
  });
}

/** Numbers of JetStream's errors that we tell apart (nats-server/server/errors.json). */
export const code = { consumerNotFound: 10014, streamNotFound: 10059, sameIdUnderWay: 10158 } as const;
/** No leader, no quorum, starting, a stream is offline, a message of the same id is on its way. */
const passing = new Set([10004, 10005, 10007, 10008, 10009, 10039, 10041, 10076, 10118, 10158]);
const full = new Set([10002, 10023, 10028, 10047]);
/** The text says why the disk did not take it. */
const storeFailed = 10077;
const tooLarge = 10054;
const wrongLast = new Set([10071, 10164]);

/** What becomes of an error in an answer of JetStream. */
export function faultOf({ err_code, description }: { err_code: number; description: string }): Error {
  const fault = new BrokerFault(err_code, description);
  if (wrongLast.has(err_code)) return new BrokerConflict(fault.message);
  if (passing.has(err_code)) return Object.assign(new NotNow(fault.message), { code: err_code });
  if (err_code === tooLarge) return storeFrozen();
  if (full.has(err_code)) return storeFull(fault.message);
  if (err_code === storeFailed)
    return /exceed|space|resource/i.test(description) ? storeFull(fault.message) : new NotNow(fault.message);
  return fault;
}

/** For those who have no use for the fault's number. */
export const spoken = (error: unknown): unknown =>
  error instanceof BrokerFault ? brokerFailed(error) : error;
