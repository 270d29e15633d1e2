import { type Drill, type DrillBed, type DrillMember, NotChecked } from '../drill.js';
import { Found, untilWhole } from '../findings.js';

const slackS = 10;
/** Suspicions take longer where few are left to confirm them, and half of the pings go to members that are cut off too. */
const withinOf = ({ detection }: DrillBed) => Math.ceil(2 * detection.boundS + slackS);

export const partition: Drill = {
  does: 'Cuts one half of the fleet from the other for a while. Only in a Lab.',
  expected: (bed) =>
    `within ${withinOf(bed)} s each half sees the other as failed and itself as alive; all are alive again after it is healed`,
  leastMembers: 2,
  async run(bed) {
    const found = new Found();
    const { network } = bed;
    if (network === null) throw new NotChecked('The network of the devices cannot be cut from here.');
    const half = Math.ceil(bed.members.length / 2);
    const [one, other] = [bed.members.slice(0, half), bed.members.slice(half)];
    const names = (members: readonly DrillMember[]) => members.map(({ name }) => name);
    bed.putBack.add('the cut could not be healed', () => network.heal(names(bed.members)));
    const cutMs = bed.nowMs();
    await network.cut(names(one), names(other));
    const wanted = { fromMs: cutMs, withinS: withinOf(bed), signal: bed.signal };
    const sides = [
      [one, other],
      [other, one],
    ] as const;
    await Promise.all(
      sides.map(async ([side, gone]) => {
        const seen = await bed.views.until(
          side,
          gone.map(({ id }) => id),
          ['failed'],
          wanted,
        );
        found.seen(
          'sees the other half as failed after',
          side,
          seen,
          'does not see the other half as failed',
        );
      }),
    );
    for (const [side] of sides) {
      for (const { id: observer, name } of side) {
        for (const near of side) {
          const state = bed.views.member(observer, near.id)?.state ?? 'unknown';
          found.must(state === 'alive', `${name} sees ${near.name} of its own half as ${state}.`);
        }
      }
    }
    const healMs = bed.nowMs();
    await network.heal(names(bed.members));
    const whole = await untilWhole(bed, healMs);
    found.seen(
      'all alive again after',
      bed.members,
      whole,
      'does not see all others after the cut was healed',
    );
    return found;
  },
};
