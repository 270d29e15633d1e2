import { CollabError, ExitCode, messageOf } from '../../errors.js';

/** How messages name a member: `nano1 (10.0.0.5:7947)`, or its address alone. */
export function memberLabel(name: string | null, address: string): string {
  return name === null ? `the member at ${address}` : `member ${name} (${address})`;
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export function memberUnreachable(member: string, why: string, cause?: unknown): CollabError {
  return new CollabError('member-unreachable', {
    what: `${sentence(member)} does not answer.`,
    why,
    next: 'See which members are alive, from another one: collab fleet members',
    exitCode: ExitCode.deviceUnreachable,
    cause,
  });
}

/** Its certificate is not of this fleet, or not of this member. Nothing was sent to it. */
export function memberNotTrusted(member: string, cause: unknown): CollabError {
  return new CollabError('member-not-trusted', {
    what: `What answers is not ${member}: its certificate does not fit.`,
    why: messageOf(cause),
    next: 'If the device has a new address, look for it with: collab fleet status. If its certificate is old: collab fleet up',
    exitCode: ExitCode.deviceUnreachable,
    cause,
  });
}

/** @param said what the member said, already made safe for a terminal */
export function memberRefused(
  member: string,
  status: number,
  said: { what: string; next: string | null } | null,
): CollabError {
  return new CollabError('member-refused', {
    what:
      status === 401
        ? `${sentence(member)} does not know this token.`
        : `${sentence(member)} does not allow this user to do that.`,
    why: said?.what,
    next: said?.next ?? 'Ask an administrator of the fleet for a token with the right: collab fleet user add',
    exitCode: ExitCode.deviceUnreachable,
  });
}

/** It answered, but not as a member does. */
export function memberAnswer(member: string, wrong: string, next?: string | null): CollabError {
  return new CollabError('member-answer', {
    what: `The answer of ${member} is not usable.`,
    why: wrong,
    next:
      next ??
      'See which version it runs with: collab fleet status. Bring it up to date with: collab fleet upgrade',
    exitCode: ExitCode.deviceUnreachable,
  });
}

/** A token must not travel in the clear. */
export function memberPlain(member: string): CollabError {
  return new CollabError('member-plain', {
    what: `${sentence(member)} would be asked without encryption.`,
    why: 'Without a certificate of the fleet, collab asks members of this machine only.',
    next: 'Create the certificates of the fleet with: collab fleet up',
    exitCode: ExitCode.usage,
  });
}
