import { CollabError } from '../../../errors.js';
import { makeToken } from '../../credentials/index.js';
import type { Membership } from '../../membership/index.js';
import type { Drill, DrillBed, DrillMember } from '../drill.js';
import { Found, secondsSince } from '../findings.js';

/** Members read their files once a second. */
const knownWithinS = 15;
const lockedWithinS = 5;

export const access: Drill = {
  does: 'Adds a user and removes it again; asks without a token, and with a wrong one.',
  expected: () =>
    `only a known token may read, only an admin may change; a removed user is locked out of every member within ${lockedWithinS} s`,
  leastMembers: 1,
  async run(bed) {
    const found = new Found();
    const user = await bed.users.add();
    bed.putBack.add('the user of the check could not be removed', () => bed.users.remove(user.name));
    const addedMs = bed.nowMs();
    await onAll(bed, async (one) => {
      const afterS = await until(bed, one.as(user.token), 'answers', {
        fromMs: addedMs,
        withinS: knownWithinS,
      });
      if (afterS === null) found.faults.push(`${one.name} refuses the new user.`);
      else found.note('knows the new user after', afterS, 's', one.name);
      const outcome = await outcomeOf(() => one.as(user.token).leave());
      found.must(outcome === 'refused', `An ordinary user could ask ${one.name} to leave: ${outcome}.`);
      if (outcome === 'answers') await one.client.join(null);
      for (const [token, who] of [
        [null, 'Without a token'],
        [makeToken(bed.random), 'With a wrong token'],
      ] as const) {
        const reads = await outcomeOf(() => one.as(token).members());
        found.must(bed.publicRead || reads === 'refused', `${who}, ${one.name} can be read: ${reads}.`);
        const leaves = await outcomeOf(() => one.as(token).leave());
        found.must(leaves === 'refused', `${who}, ${one.name} can be asked to leave: ${leaves}.`);
        if (leaves === 'answers') await one.client.join(null);
      }
    });
    await bed.users.remove(user.name);
    const removedMs = bed.nowMs();
    if (bed.publicRead) return found; // Reading needs no token, so that nothing can be seen of it.
    await onAll(bed, async (one) => {
      const wanted = { fromMs: removedMs, withinS: lockedWithinS };
      const afterS = await until(bed, one.as(user.token), 'refused', wanted);
      if (afterS === null) found.faults.push(`${one.name} does not lock the removed user out.`);
      else found.note('locks the removed user out after', afterS, 's', one.name);
    });
    return found;
  },
};

async function onAll(bed: DrillBed, act: (one: DrillMember) => Promise<void>): Promise<void> {
  await Promise.all(bed.members.map(act));
  bed.signal.throwIfAborted();
}

type Outcome = 'answers' | 'refused' | 'does not answer';

/** What comes of a call. */
async function outcomeOf(call: () => Promise<unknown>): Promise<Outcome> {
  try {
    await call();
    return 'answers';
  } catch (error) {
    if (!(error instanceof CollabError)) throw error;
    return error.name === 'member-refused' ? 'refused' : 'does not answer';
  }
}

/** After how many seconds reading has this outcome; null if not in time. */
async function until(
  bed: DrillBed,
  member: Membership,
  wanted: Outcome,
  { fromMs, withinS }: { fromMs: number; withinS: number },
): Promise<number | null> {
  const endMs = bed.nowMs() + withinS * 1000;
  while ((await outcomeOf(() => member.members())) !== wanted) {
    bed.signal.throwIfAborted();
    if (bed.nowMs() >= endMs) return null;
    await bed.clock.sleep(200, bed.signal);
  }
  return secondsSince(bed, fromMs);
}
