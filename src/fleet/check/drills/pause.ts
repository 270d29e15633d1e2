import type { Drill } from '../drill.js';
import { falseFailures, Found, secondsSince, targetOf, untilWhole } from '../findings.js';

const pausedS = 20;

export const pause: Drill = {
  does: `Freezes one member for ${pausedS} s.`,
  expected: () =>
    'it is alive for all others again afterwards, without help; nobody sees another member as failed',
  leastMembers: 2,
  async run(bed) {
    const found = new Found();
    const { target, others } = targetOf(bed);
    bed.putBack.add(`${target.name} could not be let go on`, () => bed.acts.unpause(target.member));
    const pauseMs = bed.nowMs();
    await bed.acts.pause(target.member);
    while (secondsSince(bed, pauseMs) < pausedS) {
      await bed.clock.sleep(Math.min(1000, pausedS * 1000), bed.signal);
      bed.signal.throwIfAborted();
    }
    for (const state of ['suspect', 'failed'] as const) {
      for (const { id, name } of others) {
        const [first] = bed.views
          .changes(target.id, [state], pauseMs)
          .filter(({ observer }) => observer === id);
        if (first !== undefined)
          found.note(`seen as ${state} after`, (first.atMs - pauseMs) / 1000, 's', name);
      }
    }
    const goOnMs = bed.nowMs();
    await bed.acts.unpause(target.member);
    bed.views.refresh(target.id);
    const whole = await untilWhole(bed, goOnMs);
    found.seen(
      'all alive again after',
      bed.members,
      whole,
      `does not see all others after the pause of ${target.name}`,
    );
    found.faults.push(
      ...falseFailures(bed, pauseMs, others).filter((fault) => !fault.startsWith(`${target.name} `)),
    );
    return found;
  },
};
