import type { Drill } from '../drill.js';
import { Found, secondsSince, untilWhole } from '../findings.js';

const answerWithinS = 5;

export const view: Drill = {
  does: 'Asks every member what it sees. Changes nothing.',
  expected: () => `every member sees every other one alive, and answers within ${answerWithinS} s`,
  leastMembers: 1,
  async run(bed) {
    const found = new Found();
    const whole = await untilWhole(bed, bed.nowMs());
    found.seen('sees all others alive after', bed.members, whole, 'does not see all others alive');
    for (const { name, client } of bed.members) {
      const fromMs = bed.nowMs();
      await client.until(bed.signal).members();
      const afterS = secondsSince(bed, fromMs);
      found.note('answers after', afterS, 's', name);
      found.must(afterS <= answerWithinS, `${name} answers after ${afterS.toFixed(1)} s only.`);
    }
    return found;
  },
};
