import { CollabError, ExitCode, messageOf } from '../../errors.js';
import { type Clock, systemClock } from '../../events.js';
import type { Membership } from './membership.js';

/** One of several members that can answer a question. */
export interface AskedMember {
  /** For the message if none answers. */
  readonly address: string;
  /** The member, for calls that end when the signal aborts. */
  until(signal: AbortSignal): Membership;
}

/**
 * Asks the members in order until one answers: the next one when one has failed, or has said nothing for `staggerMs`. All that
 * were asked can still answer; the first answer counts, and the other calls are ended. So `ask` must not change anything.
 * @throws CollabError the member's own if all failed with the same name, otherwise `fleet-unreachable`; both list every
 *   address that was tried, and why it did not help
 */
export async function anyMember<Answer>(
  members: readonly AskedMember[],
  ask: (member: Membership) => Promise<Answer>,
  { staggerMs = 300, clock = systemClock }: { staggerMs?: number; clock?: Clock } = {},
): Promise<Answer> {
  const done = new AbortController();
  const faults: { address: string; error: unknown }[] = [];
  const asked: Promise<{ answer: Answer } | null>[] = [];
  try {
    for (const member of members) {
      const turn = tryOne(member, ask, done.signal, faults);
      asked.push(turn);
      const pause = new AbortController();
      const first = await Promise.race([
        anyOf(asked),
        turn.then((won) => won), // it failed: the next one at once
        clock.sleep(staggerMs, pause.signal).then(() => null),
      ]);
      pause.abort();
      if (first !== null) return first.answer;
    }
    const last = await anyOf(asked);
    if (last !== null) return last.answer;
  } finally {
    done.abort();
  }
  throw noneAnswers(members, faults);
}

async function tryOne<Answer>(
  member: AskedMember,
  ask: (member: Membership) => Promise<Answer>,
  signal: AbortSignal,
  faults: { address: string; error: unknown }[],
): Promise<{ answer: Answer } | null> {
  try {
    return { answer: await ask(member.until(signal)) };
  } catch (error) {
    faults.push({ address: member.address, error });
    return null;
  }
}

/** The first that is not null, as soon as it is there; null when all are. */
function anyOf<Answer>(turns: readonly Promise<Answer | null>[]): Promise<Answer | null> {
  return new Promise((resolve) => {
    for (const turn of turns) void turn.then((won) => won !== null && resolve(won));
    void Promise.all(turns).then(() => resolve(null));
  });
}

function noneAnswers(
  members: readonly AskedMember[],
  faults: readonly { address: string; error: unknown }[],
): CollabError {
  const lines = members.map(({ address }) => {
    const error = faults.find((fault) => fault.address === address)?.error;
    const why = error instanceof CollabError ? (error.why ?? error.what) : messageOf(error);
    return `${address}: ${why.replace(/\n/g, '; ')}`;
  });
  const errors = faults.map(({ error }) => error).filter((error) => error instanceof CollabError);
  const [first] = errors;
  const names = new Set(errors.map(({ name }) => name));
  const isOneKind = first !== undefined && names.size === 1 && first.name !== 'member-unreachable';
  return new CollabError(isOneKind ? first.name : 'fleet-unreachable', {
    what: isOneKind ? first.what : 'No member of the fleet answers.',
    why: lines.length === 0 ? 'No address of a member is known.' : lines.join('\n'),
    next: isOneKind ? first.next : 'Look after the devices of the fleet with: collab fleet status',
    exitCode: ExitCode.deviceUnreachable,
    cause: first,
  });
}
