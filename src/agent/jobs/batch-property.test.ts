import { expect, it } from 'vitest';
import { dispatcherBed, jobA, submitOf } from '../../../tests/fixtures/dispatcher-bed.js';
import { inferenceOf } from '../../../tests/fixtures/inference-jobs.js';
import { batchOf } from '../../fleet/jobs/index.js';
import { randomFrom } from '../../random.js';
import type { Dispatcher } from './dispatcher.js';

const images = 60;

/** Workers come and go, sizes change, and leaders follow each other, some of which do not know yet that they are followed. */
async function runOnce(seed: number) {
  const random = randomFrom(seed);
  const below = (count: number) => Math.floor(random() * count);
  const { ask, lead, leader, show, pass, worker, taskOf } = await dispatcherBed();
  const leaders: Dispatcher[] = [leader];
  const newest = (): Dispatcher => leaders.at(-1) ?? leader;
  /** Now and then, one that was followed. */
  const some = (): Dispatcher => (random() < 0.85 ? newest() : (leaders[below(leaders.length)] ?? leader));
  const workers = ['1', '2', '3'].map((digit) => worker(digit.repeat(20)));
  const set = (size: number) =>
    ask({ kind: 'set-batch-size', model: 'resnet50', size }, 'ann', some()).catch(() => null);
  await ask(submitOf(jobA, 1, { ...inferenceOf('resnet50', images, 1 + below(12)), attempts: 100 }));
  let changes = 0;
  for (let step = 0; step < 60; step += 1) {
    const one = workers[below(workers.length)];
    if (one === undefined) throw new Error('no worker');
    const act = random();
    if (act < 0.4) await one.ask(some());
    else if (act < 0.65) {
      if (one.holds.length > 0) await one.end(one.holds[0], random() < 0.85 ? 'done' : 'failed');
    } else if (act < 0.72) {
      one.holds.length = 0;
      one.session = `session ${step}`;
    } else if (act < 0.9) {
      changes += 1;
      await Promise.all([set(1 + below(12)), one.ask(some())]);
    } else if (act < 0.95) leaders.push((await lead()).leader);
    else await pass(1, [], newest());
  }
  for (let count = 0; count < 300 && (await show(jobA, newest())).ended_at === null; count += 1) {
    await pass(1, workers, newest());
    for (const one of workers) for (const held of [...one.holds]) await one.end(held, 'done');
  }
  const job = await show(jobA, newest());
  const batches = job.inference?.batches;
  if (batches === undefined) throw new Error('it has no batches');
  const own = Array.from({ length: job.tasks }, (_, task) => batchOf(batches, task));
  const ends = await Promise.all(own.map(async (_, task) => (await taskOf(jobA, task))?.ends ?? []));
  return { job, own, ends, changes };
}

it('has each image in one batch, and each batch done once, whatever changes and whoever leads', async () => {
  let changes = 0;
  for (let seed = 1; seed <= 60; seed += 1) {
    const { job, own, ends, ...run } = await runOnce(seed);
    changes += run.changes;
    expect([seed, job.state, job.counts.done]).toEqual([seed, 'done', job.tasks]);
    const seen = own.flatMap(({ first, images: count }) =>
      Array.from({ length: count }, (_, at) => first + at),
    );
    expect([seed, seen]).toEqual([seed, [...Array(images).keys()]]);
    for (const [task, all] of ends.entries()) {
      // What counts is done with the images of the task, and nothing came after it.
      const done = all.filter(({ outcome }) => outcome === 'done');
      expect([seed, task, done.at(-1)?.batch, all.at(-1)?.outcome]).toEqual([seed, task, own[task], 'done']);
      expect([seed, task, done.length]).toEqual([seed, task, 1]);
    }
  }
  expect(changes).toBeGreaterThan(300);
}, 120_000);
