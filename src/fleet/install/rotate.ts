import { CollabError, ExitCode } from '../../errors.js';
import { keyFingerprint } from '../credentials/index.js';
import type { MemberInfo } from '../membership/index.js';
import { type Applied, applyToMembers, type FleetParts } from './apply.js';
import { awaitInfo } from './await-members.js';
import type { FleetContext, OpenSite, SiteFailure } from './open-site.js';
import type { FleetMember } from './record.js';

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
        const hasThem = ({ gossipKeys }: MemberInfo) => gossipKeys.join() === wanted.join();
        const why = await awaitInfo(member, hasThem, parts, context);
        if (why !== null) failures.set(member.id, { member, error: notRotated(member, why) });
      }),
    );
    done = applied.done;
  }
  return { done: done.filter(({ member }) => !failures.has(member.id)), failures: [...failures.values()] };
}

function notRotated(member: FleetMember, why: string): CollabError {
  return new CollabError('fleet-not-rotated', {
    what: `${member.name} did not take the new gossip key.`,
    why,
    next: 'It is outside the fleet until it has the key. Give it the key: collab fleet up',
    exitCode: ExitCode.deviceUnreachable,
  });
}
