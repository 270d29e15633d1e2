import { type Drill, NotChecked } from '../drill.js';
import { falseFailures, Found, secondsSince, targetOf, untilWhole } from '../findings.js';

const movedWithinS = 60;

export const address: Drill = {
  does: 'Gives one member another address. Only in a Lab.',
  expected: () => `the others see it alive at its new address within ${movedWithinS} s, without help`,
  leastMembers: 2,
  async run(bed) {
    const found = new Found();
    const { target, others } = targetOf(bed);
    const { network } = bed;
    if (network === null) {
      throw new NotChecked(
        'Addresses cannot be changed from here. Move the board yourself (another port of the router, or another lease of DHCP), then run: collab fleet status, and collab fleet check --drill view',
      );
    }
    const first = bed.views.member(target.id, target.id)?.address;
    let isMoved = false;
    bed.putBack.add(`${target.name} could not be given its address back`, async () => {
      if (isMoved) await network.move(target.name);
    });
    const moveMs = bed.nowMs();
    isMoved = true;
    await network.move(target.name);
    const isThere = (observer: string) => {
      const seen = bed.views.member(observer, target.id);
      return seen?.state === 'alive' && seen.address !== first;
    };
    const waiting = new Set(others);
    while (waiting.size > 0 && secondsSince(bed, moveMs) < movedWithinS) {
      for (const one of [...waiting].filter(({ id }) => isThere(id))) {
        waiting.delete(one);
        found.note('seen at its new address after', secondsSince(bed, moveMs), 's', one.name);
      }
      await bed.clock.sleep(100, bed.signal);
      bed.signal.throwIfAborted();
    }
    for (const { name } of waiting)
      found.faults.push(`${name} does not see ${target.name} at its new address.`);
    found.faults.push(...falseFailures(bed, moveMs, others));
    const backMs = bed.nowMs();
    await network.move(target.name);
    isMoved = false;
    bed.views.refresh(target.id);
    const whole = await untilWhole(bed, backMs);
    found.seen(
      'all alive, back at the first address, after',
      bed.members,
      whole,
      `does not see all others after ${target.name} moved back`,
    );
    return found;
  },
};
