import type { Drill } from '../drill.js';
import { Found, untilWhole, wholeWithinS } from '../findings.js';

export const restart: Drill = {
  does: 'Kills all members at once, as a power cut does, and starts them again.',
  expected: (bed) => `all see all alive again within ${wholeWithinS(bed)} s`,
  leastMembers: 2,
  async run(bed) {
    const found = new Found();
    for (const { name, member } of bed.members) {
      bed.putBack.add(`${name} could not be started again`, () => bed.acts.revive(member));
    }
    await Promise.all(bed.members.map(({ member }) => bed.acts.kill(member)));
    bed.signal.throwIfAborted();
    const startMs = bed.nowMs();
    for (const { id } of bed.members) bed.views.refresh(id);
    await Promise.all(bed.members.map(({ member }) => bed.acts.revive(member)));
    const whole = await untilWhole(bed, startMs);
    found.seen(
      'sees all others alive after',
      bed.members,
      whole,
      'does not see all others alive after the restart',
    );
    return found;
  },
};
