import type { Drill, DrillBed } from '../drill.js';
import { falseFailures, Found, suspicions, targetOf, untilWhole } from '../findings.js';

/** Beside the time of the protocol: busy boards, and the way to here. */
const slackS = 5;
const withinOf = ({ detection }: DrillBed) => Math.ceil(detection.boundS + slackS);

export const kill: Drill = {
  does: 'Kills one member without a goodbye, and starts it again.',
  expected: (bed) =>
    `all others see it as failed within ${withinOf(bed)} s, no other member as failed, and it again as alive`,
  leastMembers: 2,
  async run(bed) {
    const found = new Found();
    const { target, others } = targetOf(bed);
    bed.putBack.add(`${target.name} could not be started again`, () => bed.acts.revive(target.member));
    const killMs = bed.nowMs();
    await bed.acts.kill(target.member);
    const wanted = { fromMs: killMs, withinS: withinOf(bed), signal: bed.signal };
    const failed = await bed.views.until(others, [target.id], ['failed'], wanted);
    found.seen('seen as failed after', others, failed, `does not see that ${target.name} failed`);
    found.faults.push(...falseFailures(bed, killMs, others));
    const ofTarget = bed.views.changes(target.id, ['suspect'], killMs).length;
    found.note('suspicions of other members', suspicions(bed, killMs) - ofTarget, 'count');
    const startMs = bed.nowMs();
    await bed.acts.revive(target.member);
    bed.views.refresh(target.id);
    const whole = await untilWhole(bed, startMs);
    found.seen(
      'all alive again after',
      bed.members,
      whole,
      `does not see all others after the start of ${target.name}`,
    );
    return found;
  },
};
