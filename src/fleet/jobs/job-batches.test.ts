import { expect, it } from 'vitest';
import { batchRecord, inferenceOf, inferenceRecord } from '../../../tests/fixtures/inference-jobs.js';
import { JobsState } from './jobs-state.js';

const id = '20261121-120000-aaaaaa';
const ann = '0'.repeat(20);
type Sizes = ReturnType<typeof inferenceOf>['tasks']['sizes'];
const recordOf = (sizes: Sizes) =>
  inferenceRecord(id, {
    definition: { ...inferenceOf('resnet50', 20, 5), tasks: { kind: 'batches', images: 20, sizes } },
  });

const whole = { task: 0, image: 0, size: 5 };

/** Task 0 is done, and task 1 runs. */
function begun() {
  const state = new JobsState();
  const live = state.applyJob(recordOf([whole]), 1);
  if (live === null) throw new Error('it has ended');
  live.isLoaded = true;
  state.applyTask(id, 0, batchRecord(id, 0, { member: ann, ends: [{}] }), 10);
  state.applyTask(id, 1, batchRecord(id, 1, { member: ann }), 11);
  return { state, live };
}

it('gives nothing out while its number of tasks is being changed', () => {
  const { state, live } = begun();
  live.isPaused = true;
  expect(live.take(null, ann)).toBeNull();
  expect(state.planned(0)).toEqual([]);
  live.isPaused = false;
  expect(live.take(null, ann)).toBe(2);
});

it('counts the tasks of batches of another size', () => {
  const { state, live } = begun();
  expect(live.counts).toMatchObject({ queued: 2, running: 1, done: 1 });
  expect(state.applyJob(recordOf([whole, { task: 2, image: 10, size: 1 }]), 50)).toBeNull();
  expect(live.counts).toMatchObject({ queued: 10, running: 1, done: 1 });
  expect(state.statusOf(id)).toMatchObject({ tasks: 12 });
  expect(Array.from({ length: 11 }, () => live.take(null, ann))).toEqual([
    ...Array.from({ length: 10 }, (_, at) => at + 2),
    null,
  ]);
});

it('starts anew if what was given out has other images now', () => {
  const { state } = begun();
  expect(state.applyJob(recordOf([{ ...whole, size: 20 }]), 50)).not.toBeNull();
  expect(state.held.of(ann)).toEqual([]);
  expect(state.statusOf(id)).toMatchObject({ tasks: 1, counts: { queued: 1, running: 0 } });
});

it('lets an attempt at other images than those of the task count as lost', () => {
  const { live } = begun();
  const [own, other] = [
    { first: 5, images: 5 },
    { first: 4, images: 5 },
  ];
  live.apply(1, batchRecord(id, 1, { member: ann, ends: [{ batch: other }] }), 20);
  expect(live.stateOf(1)).toBe('queued');
  const ends = [{ outcome: 'lost' as const, batch: other }, { batch: own }];
  live.apply(1, batchRecord(id, 1, { member: ann, attempt: 2, ends }), 21);
  expect(live.stateOf(1)).toBe('done');
});
