import { expect, it } from 'vitest';
import { dispatcherBed, jobA, submitOf } from '../../../tests/fixtures/dispatcher-bed.js';
import { randomFrom } from '../../random.js';

const tasks = 25;

/** Members are drained with and without a deadline, and have tasks again; leaders follow each other. Nothing fails. */
async function runOnce(seed: number) {
  const random = randomFrom(seed);
  const below = (count: number) => Math.floor(random() * count);
  const { ask, lead, leader: first, stop: stopFirst, pass, show, taskOf, worker } = await dispatcherBed();
  let [leader, stop] = [first, stopFirst];
  const workers = ['1', '2', '3'].map((digit) => worker(digit.repeat(20)));
  for (const one of workers) [one.slots, one.ahead] = [1 + below(2), below(2)];
  const drained = new Set<string>();
  const wrong: string[] = [];
  /** What a worker is given that is drained. */
  const asks = async (one: (typeof workers)[number]) => {
    const { run } = await one.ask(leader);
    if (run.length > 0 && drained.has(one.member)) wrong.push(`${one.member} has ${run.length} more`);
  };
  let [drains, given] = [0, 0];
  await ask(submitOf(jobA, tasks, { attempts: 1 }));
  for (let step = 0; step < 80; step += 1) {
    const one = workers[below(workers.length)];
    if (one === undefined) throw new Error('no worker');
    const act = random();
    if (act < 0.4) await asks(one);
    else if (act < 0.6) {
      if (one.holds.length > 0 && !(await one.end(one.holds[0], 'done'))) given += 1;
    } else if (act < 0.75) {
      drains += 1;
      drained.add(one.member);
      const deadline_s = [null, 0, 2][below(3)] ?? null;
      await ask({ kind: 'drain', member: one.member, deadline_s }, 'root', leader);
    } else if (act < 0.88) {
      drained.delete(one.member);
      await ask({ kind: 'undrain', member: one.member }, 'root', leader);
    } else if (act < 0.93) {
      stop.abort();
      ({ leader, stop } = await lead());
    } else {
      await pass(1, [], leader);
      for (const each of workers) await asks(each);
    }
  }
  for (const { member } of workers.slice(0, 2))
    await ask({ kind: 'undrain', member }, 'root', leader).then(() => drained.delete(member));
  for (let count = 0; count < 300 && (await show(jobA, leader)).ended_at === null; count += 1) {
    await pass(1, [], leader);
    for (const one of workers) await asks(one);
    for (const one of workers) for (const held of [...one.holds]) await one.end(held, 'done');
  }
  const all = await Promise.all(Array.from({ length: tasks }, (_, task) => taskOf(jobA, task)));
  return { job: await show(jobA, leader), ends: all.map((one) => one?.ends ?? []), wrong, drains, given };
}

it('gives a drained member nothing, and each task has one result, whoever is drained and whoever leads', async () => {
  let [drains, given] = [0, 0];
  for (let seed = 1; seed <= 40; seed += 1) {
    const { job, ends, wrong, ...run } = await runOnce(seed);
    drains += run.drains;
    given += run.given;
    expect([seed, wrong]).toEqual([seed, []]);
    // With one attempt each, one that was given back would be a failed task if it counted.
    expect([seed, job.state, job.counts.done]).toEqual([seed, 'done', tasks]);
    expect([seed, ends.map((one) => one.map(({ outcome }) => outcome))]).toEqual([
      seed,
      Array.from({ length: tasks }, () => ['done']),
    ]);
  }
  expect(drains).toBeGreaterThan(200);
  expect(given).toBeGreaterThan(10);
}, 120_000);
