import { beforeEach, expect, test } from 'vitest';
import { AskedLeader, endOf, id, jobOf, none, taskOf } from '../../../tests/fixtures/asked-leader.js';
import { inferenceModel, type JobStatus, type TaskStatus } from '../jobs/index.js';
import { planPlaces } from './assignments.js';
import { BatchEnds, type InferenceProgress } from './batch-ends.js';
import { modelRates } from './rates.js';
import { modelTimes, quantile } from './times.js';

const model = inferenceModel.parse({
  name: 'mine',
  key: '0123456789abcdef',
  kind: 'classify',
  loader: 'my.py:load',
  width: 8,
  height: 8,
  weights: null,
  classes: null,
});
const inference: JobStatus['inference'] = {
  model,
  batches: { kind: 'batches', images: 10, sizes: [{ task: 0, image: 0, size: 4 }] },
};
const startMs = Date.parse('2026-11-21T12:00:00.000Z');
const progress = (more: Partial<InferenceProgress> = {}): InferenceProgress => ({
  id,
  model: 'mine',
  submittedMs: startMs,
  endedMs: null,
  images: 100,
  ends: [],
  ...more,
});
/** Ends after these seconds. */
const after = (seconds: readonly number[], images = 4) =>
  seconds.map((one) => ({ endedMs: startMs + one * 1000, images, processingS: one }));

test('rates are those of jobs that go on: over the last 10 s, since the start, and over time', () => {
  const old = progress({
    id: 'old',
    endedMs: startMs - 1000,
    submittedMs: startMs - 9000,
    ends: after([-5]),
  });
  const live = progress({ ends: after([1, 2, 15, 19.5]) });
  const [rate] = modelRates([old, live], startMs + 20_000);
  expect(rate).toMatchObject({ jobs: [id], live: true, completed: 16, queries: 100, stretchS: 1 });
  expect(rate?.recentPerS).toBeCloseTo(0.8);
  expect(rate?.perS).toBeCloseTo(0.8);
  expect(rate?.completions).toHaveLength(20);
  expect(rate?.completions.flatMap((count, at) => (count > 0 ? [[at, count]] : []))).toEqual([
    [1, 4],
    [2, 4],
    [15, 4],
    [19, 4],
  ]);
});

test('in the first 10 s, the present rate is over the time until now; before anything is done, it is 0', () => {
  expect(modelRates([progress({ ends: after([1]) })], startMs + 2000)[0]).toMatchObject({
    recentPerS: 2,
    perS: 2,
  });
  expect(modelRates([progress()], startMs)[0]).toMatchObject({ recentPerS: 0, perS: 0, completions: [0] });
});

test('when all jobs have ended, the rate is that of the last one, until its end', () => {
  const jobs = [
    progress({ id: 'first', endedMs: startMs + 4000, ends: after([4]) }),
    progress({ id: 'last', endedMs: startMs + 8000, ends: after([2, 8]) }),
  ];
  expect(modelRates(jobs, startMs + 60_000)).toMatchObject([
    { jobs: ['last'], live: false, completed: 8, perS: 1 },
  ]);
});

test('a device whose clock is ahead makes no rate wrong by more than that, and no count', () => {
  const [rate] = modelRates([progress({ ends: after([1, 12]) })], startMs + 10_000);
  expect(rate?.completed).toBe(8);
  expect(rate?.completions.reduce((sum, one) => sum + one, 0)).toBe(8);
});

test('long jobs have stretches of whole seconds, at most 60', () => {
  const [rate] = modelRates([progress({ ends: after([1, 3599]) })], startMs + 3600_000);
  expect([rate?.stretchS, rate?.completions.length]).toEqual([60, 60]);
  expect(rate?.completions.at(-1)).toBe(4);
});

test('times are those of the batches that tell theirs', () => {
  const ends = [...after([1, 2, 3, 4]), { endedMs: startMs, images: 4, processingS: null }];
  const [times] = modelTimes([progress({ ends })]);
  expect(times).toMatchObject({ n: 4, unknown: 1, imagesMean: 4, meanS: 2.5, p50S: 2.5 });
  expect(times?.deviationS).toBeCloseTo(Math.sqrt(5 / 3));
  expect(times?.p90S).toBeCloseTo(3.7);
  expect(times?.p99S).toBeCloseTo(3.97);
  expect(modelTimes([progress()])[0]).toMatchObject({ n: 0, meanS: null, deviationS: null, p50S: null });
  expect(modelTimes([progress({ ends: after([2]) })])[0]).toMatchObject({
    meanS: 2,
    deviationS: null,
    p99S: 2,
  });
});

test('quantiles are interpolated', () => {
  expect([0, 0.25, 0.5, 1].map((share) => quantile([1, 2, 4], share))).toEqual([1, 1.5, 2, 4]);
  expect(quantile([], 0.5)).toBeNull();
});

test('assignments say which images a batch has, by the sizes of then', () => {
  const holds = [
    { job: id, task: 2, attempt: 2 },
    { job: '20261121-125302-i00000', task: 0, attempt: 1 },
  ];
  const worker = {
    member: 'm',
    slots: 1,
    replica_slots: 0,
    tags: [],
    runs: 'process' as const,
    bases: [],
    capabilities: null,
    drained: false,
    silent_ms: 1,
  };
  const jobs = [jobOf({ inference }), jobOf({ id: '20261121-125302-i00000' })];
  expect(planPlaces([{ ...worker, holds }], jobs, () => 'nano1')).toEqual([
    {
      member: 'm',
      device: 'nano1',
      job: id,
      jobName: 'fit',
      model: 'mine',
      batch: 2,
      attempt: 2,
      first: 8,
      last: 9,
    },
  ]);
});

let leader: AskedLeader;
let tasks: TaskStatus[];
beforeEach(async () => {
  leader = await AskedLeader.make();
  leader.answer = (question) => {
    const queued = tasks.filter(({ state }) => state === 'queued').length;
    const job = jobOf({ tasks: 3, inference, counts: { ...none, queued } });
    const parameters = (task: number) => ({ first_image: 4 * task, images: task === 2 ? 2 : 4 });
    const said = tasks.map((one) => ({ ...one, parameters: parameters(one.task) }));
    if (question.kind === 'tasks') return { kind: 'tasks', tasks: said.slice(question.from), total: 3 };
    return question.kind === 'list'
      ? { kind: 'jobs', jobs: [job, jobOf({ id: '20261121-125302-i00000' })] }
      : { kind: 'job', job };
  };
});
const waits = { state: 'queued' as const, ends: [] };
const pagesFrom = () => leader.asked.flatMap((one) => (one.kind === 'tasks' ? [one.from] : []));

test('what is done is read from the records, and asked again only for what may have changed', async () => {
  const done = { ...endOf(1, 'done'), processing_s: 0.5 };
  tasks = [taskOf(0, { ends: [done] }), taskOf(1, waits), taskOf(2, waits)];
  const ends = new BatchEnds(leader.jobs);
  const [first] = await ends.read(undefined);
  expect(first?.ends).toEqual([{ endedMs: Date.parse(done.ended_at), images: 4, processingS: 0.5 }]);
  tasks = [taskOf(0, { ends: [done] }), taskOf(1, waits), taskOf(2)];
  const [second] = await ends.read(id);
  expect(second?.ends.map(({ images, processingS }) => [images, processingS])).toEqual([
    [4, 0.5],
    [2, null],
  ]);
  tasks = [
    taskOf(0, { ends: [done] }),
    taskOf(1, { ends: [endOf(1, 'failed'), endOf(2, 'done')] }),
    taskOf(2),
  ];
  const [third] = await ends.read(id);
  expect(third?.ends.map(({ images }) => images)).toEqual([4, 4, 2]);
  await ends.read(id);
  expect(pagesFrom()).toEqual([0, 1, 1]);
});

test('the images of a batch are those that the leader says with it: sizes may have changed since the job was read', async () => {
  const { answer } = leader;
  tasks = [taskOf(0), taskOf(1, waits), taskOf(2, waits)];
  leader.answer = (question) =>
    question.kind === 'tasks'
      ? { kind: 'tasks', tasks: [taskOf(0, { parameters: { first_image: 0, images: 7 } })], total: 3 }
      : answer(question);
  const [read] = await new BatchEnds(leader.jobs).read(id);
  expect(read?.ends[0]?.images).toBe(7);
});
