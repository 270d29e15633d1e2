import type { Drill } from '../drill.js';
import { Found, targetOf, untilWhole } from '../findings.js';

const leftWithinS = 20;

export const start: Drill = {
  does: 'Stops one member in order, and starts it again.',
  expected: () =>
    'the others see that it left, not that it failed; once started, it knows all and all know it',
  leastMembers: 2,
  async run(bed) {
    const found = new Found();
    const { target, others } = targetOf(bed);
    bed.putBack.add(`${target.name} could not be started again`, () => bed.acts.revive(target.member));
    const stopMs = bed.nowMs();
    await bed.acts.stop(target.member);
    const wanted = { fromMs: stopMs, withinS: leftWithinS, signal: bed.signal };
    const left = await bed.views.until(others, [target.id], ['left'], wanted);
    found.seen('seen as left after', others, left, `does not see that ${target.name} left`);
    const failed = bed.views.changes(target.id, ['failed'], stopMs);
    found.must(failed.length === 0, `${target.name} was seen as failed, though it said goodbye.`);
    const startMs = bed.nowMs();
    await bed.acts.revive(target.member);
    bed.views.refresh(target.id);
    const whole = await untilWhole(bed, startMs);
    found.seen(
      'sees all others alive after its start',
      bed.members,
      whole,
      `does not see all others after the start of ${target.name}`,
    );
    return found;
  },
};
