import { CollabError, ExitCode } from '../../errors.js';
import { keyFingerprint } from '../credentials/index.js';
import { type Applied, applyToMembers, type FleetParts } from './apply.js';
import { fleetClient } from './clients.js';
import type { FleetContext, OpenSite, SiteFailure } from './open-site.js';
import type { FleetMember } from './record.js';

/** How long a member may take to read its keys again; it looks once a second. */
const readWithinMs = 15_000;

/**
 * Gives the fleet another gossip key without stopping it: first all accept the new key, then all use it, then the old one is
 * refused. A member that cannot be reached misses it, and is outside until `up` reaches it again.
 */
export async function rotateGossipKey(
  open: OpenSite,
  parts: FleetParts,
  context: FleetContext,
): Promise<Applied> {
  // Each step changes the same files of every member.
  const silent = { ...context, emit: () => undefined };
  const failures = new Map<string, SiteFailure>(open.failures.map((one) => [one.member.id, one]));
  let done: Applied['done'] = [];
  const steps = await parts.credentials.rotationSteps();
  for (const [at, keys] of steps.entries()) {
    context.emit({ kind: 'fleet.rotating', step: at + 1, of: steps.length });
    await parts.credentials.setGossipKeys(keys);
    const members = open.reached.filter(({ id }) => !failures.has(id));
    const applied = await applyToMembers(open, members, parts, silent);
    for (const one of applied.failures) failures.set(one.member.id, one);
    const wanted = keys.map((key) => keyFingerprint(key));
    await Promise.all(
      applied.done.map(async ({ member }) => {
        const error = await awaitKeys(member, wanted, parts, context);
        if (error !== null) failures.set(member.id, { member, error });
      }),
    );
    done = applied.done;
  }
  return { done: done.filter(({ member }) => !failures.has(member.id)), failures: [...failures.values()] };
}

/** Waits until a member says that it has these keys. @returns why it has not */
async function awaitKeys(
  member: FleetMember,
  wanted: readonly string[],
  { credentials }: FleetParts,
  { clock, signal }: FleetContext,
): Promise<CollabError | null> {
  const client = fleetClient(member, credentials.ca, await credentials.token()).until(signal);
  const untilMs = clock.now().getTime() + readWithinMs;
  for (;;) {
    let why = 'It answers with other keys.';
    try {
      const { gossipKeys } = await client.info();
      if (gossipKeys.join() === wanted.join()) return null;
    } catch (error) {
      if (!(error instanceof CollabError)) throw error;
      why = [error.what, error.why].filter(Boolean).join(' ');
    }
    signal.throwIfAborted();
    if (clock.now().getTime() >= untilMs) return notRotated(member, why);
    await clock.sleep(200, signal);
  }
}

function notRotated(member: FleetMember, why: string): CollabError {
  return new CollabError('fleet-not-rotated', {
    what: `${member.name} did not take the new gossip key.`,
    why,
    next: 'It is outside the fleet until it has the key. Give it the key: collab fleet up',
    exitCode: ExitCode.deviceUnreachable,
  });
}
