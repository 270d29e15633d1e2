import type { MemberInfo } from '../../membership/index.js';
import { makeGossipKey } from '../../credentials/index.js';
import type { Drill, DrillBed, Stranger } from '../drill.js';
import { falseFailures, Found, secondsSince, targetOf } from '../findings.js';

/** How long a stranger with a wrong key tries. */
const triesS = 8;
const refusedWithinS = 20;

export const stranger: Drill = {
  does: 'Starts a member here with a wrong gossip key, and one with the identity of another member. Both must stay outside.',
  expected: () => 'neither gets in; no member is seen as failed, and the known one stays where it is',
  leastMembers: 1,
  async run(bed) {
    const found = new Found();
    const fromMs = bed.nowMs();
    await wrongKey(bed, found);
    await knownIdentity(bed, found);
    found.faults.push(...falseFailures(bed, fromMs));
    return found;
  },
};

async function wrongKey(bed: DrillBed, found: Found): Promise<void> {
  const id = bed.random(10).toString('hex');
  const node = await started(bed, { id, keys: [makeGossipKey(bed.random)] });
  const fromMs = bed.nowMs();
  let phase: MemberInfo['phase'] = 'joining';
  let knows = 1;
  while (secondsSince(bed, fromMs) < triesS) {
    await bed.clock.sleep(500, bed.signal);
    bed.signal.throwIfAborted();
    const info = await node.membership.info();
    phase = info.phase;
    knows = Math.max(knows, info.counts.alive);
  }
  found.must(
    phase !== 'joined' && knows === 1,
    `With a wrong key, a node is "${phase}", and sees ${knows - 1} members.`,
  );
  for (const { id: observer, name } of bed.members) {
    found.must(bed.views.member(observer, id) === undefined, `${name} lists the node with a wrong key.`);
  }
  found.note('tries of the node with a wrong key, for', triesS, 's');
  await node.end();
}

async function knownIdentity(bed: DrillBed, found: Found): Promise<void> {
  const { target } = targetOf(bed);
  const addressOf = (observer: string) => bed.views.member(observer, target.id)?.address;
  const before = addressOf(target.id);
  const node = await started(bed, { id: target.id, keys: await bed.gossipKeys() });
  const fromMs = bed.nowMs();
  let info = await node.membership.info();
  while (info.phase !== 'refused' && secondsSince(bed, fromMs) < refusedWithinS) {
    await bed.clock.sleep(200, bed.signal);
    bed.signal.throwIfAborted();
    info = await node.membership.info();
  }
  if (info.phase === 'refused')
    found.note('second node of a known identity refused after', secondsSince(bed, fromMs), 's');
  else
    found.faults.push(`A second node with the identity of ${target.name} is "${info.phase}", not refused.`);
  for (const { id, name } of bed.members) {
    const same = addressOf(id) === before && bed.views.member(id, target.id)?.state === 'alive';
    found.must(
      same,
      `${name} does not see ${target.name} alive where it was, after a second node claimed its identity.`,
    );
  }
  await node.end();
}

async function started(bed: DrillBed, as: { id: string; keys: readonly string[] }): Promise<Stranger> {
  const node = await bed.startStranger(as);
  bed.putBack.add('a node that was started here could not be ended', () => node.end());
  return node;
}
