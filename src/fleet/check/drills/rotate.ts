import type { Drill, DrillBed } from '../drill.js';
import { falseFailures, Found, secondsSince, suspicions, untilWhole } from '../findings.js';

export const rotate: Drill = {
  does: 'Changes the gossip key while all members are asked all the time. The new key stays.',
  expected: () => 'all members have the new key, and nobody is seen as failed meanwhile',
  leastMembers: 1,
  async run(bed) {
    const found = new Found();
    const keysOf = async () =>
      Promise.all(bed.members.map(async ({ client }) => (await client.info()).gossipKeys));
    const before = new Set((await keysOf()).flat());
    const done = new AbortController();
    const fromMs = bed.nowMs();
    const load = bed.members.map(({ client }) => ask(bed, client, done.signal));
    try {
      await bed.rotate();
    } finally {
      done.abort();
    }
    const counts = await Promise.all(load);
    found.note('rotation took', secondsSince(bed, fromMs), 's');
    found.note(
      'answers meanwhile',
      counts.reduce((sum, { answers }) => sum + answers, 0),
      'count',
    );
    found.note(
      'calls that failed meanwhile',
      counts.reduce((sum, { faults }) => sum + faults, 0),
      'count',
    );
    const whole = await untilWhole(bed, bed.nowMs());
    found.seen(
      'sees all others alive after',
      bed.members,
      whole,
      'does not see all others alive with the new key',
    );
    found.note('suspicions', suspicions(bed, fromMs), 'count');
    found.faults.push(...falseFailures(bed, fromMs));
    const keys = await keysOf();
    found.must(new Set(keys.map((own) => own.join())).size === 1, 'Members differ in their gossip keys.');
    found.must(!keys.flat().some((key) => before.has(key)), 'The old gossip key is still accepted.');
    return found;
  },
};

/** Asks one member all the time. */
async function ask(
  bed: DrillBed,
  client: DrillBed['members'][number]['client'],
  signal: AbortSignal,
): Promise<{ answers: number; faults: number }> {
  const count = { answers: 0, faults: 0 };
  while (!signal.aborted) {
    await client
      .members()
      .then(() => (count.answers += 1))
      .catch(() => (count.faults += 1));
    await bed.clock.sleep(50, signal);
  }
  return count;
}
