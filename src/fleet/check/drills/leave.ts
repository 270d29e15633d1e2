import type { Drill } from '../drill.js';
import { Found, targetOf, untilWhole } from '../findings.js';

const leftWithinS = 15;

export const leave: Drill = {
  does: 'Lets one member leave, and lets it join again through another one.',
  expected: () =>
    `the others see within ${leftWithinS} s that it left, not that it failed; it is alive again after it joined`,
  leastMembers: 2,
  async run(bed) {
    const found = new Found();
    const { target, others } = targetOf(bed);
    bed.putBack.add(`${target.name} could not be let join again`, async () => {
      if ((await target.client.info()).phase === 'left') await target.client.join(null);
    });
    const leaveMs = bed.nowMs();
    await target.client.until(bed.signal).leave();
    const wanted = { fromMs: leaveMs, withinS: leftWithinS, signal: bed.signal };
    const left = await bed.views.until(others, [target.id], ['left'], wanted);
    found.seen('seen as left after', others, left, `does not see that ${target.name} left`);
    const failed = bed.views.changes(target.id, ['failed'], leaveMs);
    found.must(failed.length === 0, `${target.name} was seen as failed, though it left.`);
    const { phase } = await target.client.until(bed.signal).info();
    found.must(phase === 'left', `${target.name} says "${phase}" of itself after it left.`);
    const [through] = others;
    const address =
      through === undefined ? null : (bed.views.member(through.id, through.id)?.address ?? null);
    const joinMs = bed.nowMs();
    const reached = await target.client.until(bed.signal).join(address);
    found.must(
      reached > 0,
      `${target.name} did not reach ${through?.name ?? 'another one'}, through which it should join.`,
    );
    bed.views.refresh(target.id);
    const whole = await untilWhole(bed, joinMs);
    found.seen(
      'all alive again after',
      bed.members,
      whole,
      `does not see all others after ${target.name} joined`,
    );
    return found;
  },
};
