import { expect, it } from 'vitest';
import {
  dispatcherBed,
  jobA,
  jobB,
  one,
  submitOf,
  two,
  look,
} from '../../../tests/fixtures/dispatcher-bed.js';
import type { FakeWorker } from '../../../tests/fixtures/fake-workers.js';

const day = 86_400;

type Bed = Awaited<ReturnType<typeof dispatcherBed>>;

async function runOne({ ask, leader }: Bed, id: string, worker: FakeWorker): Promise<void> {
  await ask(submitOf(id, 1));
  await worker.end((await worker.ask(leader)).run[0], 'done');
  await worker.ask(leader);
  await look(leader);
}

const subjectsOf = async ({ broker }: Bed, id: string) =>
  [...(await broker.subjects('JOBS', 'j.>')).keys()].filter((subject) => subject.includes(id)).sort();

it('removes a job that has ended, with its files and the records of its tasks', async () => {
  const bed = await dispatcherBed();
  const { ask, leader, clock, removed } = bed;
  await runOne(bed, jobA, bed.worker(one));
  await ask(submitOf(jobB, 1));
  await expect(ask({ kind: 'remove', id: jobB })).rejects.toThrow('has not ended');
  await expect(ask({ kind: 'remove', id: jobA }, 'bob')).rejects.toThrow('only they and admins');
  expect(await ask({ kind: 'remove', id: jobA })).toMatchObject([{ kind: 'removed', job: { id: jobA } }]);
  await expect(ask({ kind: 'show', id: jobA })).rejects.toThrow('there is no job');
  await expect(ask({ kind: 'remove', id: jobA })).rejects.toThrow('there is no job');
  await leader.removeOld();
  expect(removed).toEqual([`ann jobs/${jobA}`]);
  expect(await subjectsOf(bed, jobA)).toEqual([`j.${jobA}`]);
  await expect(ask(submitOf(jobA, 1))).rejects.toThrow();
  // After a day, no worker comes with something late any more.
  await clock.sleep((day + 1) * 1000);
  await leader.removeOld();
  expect(await subjectsOf(bed, jobA)).toEqual([]);
  expect(await subjectsOf(bed, jobB)).toEqual([`j.${jobB}`]);
  await leader.removeOld();
  expect(removed).toHaveLength(2);
});

it('lets nothing stay of what a worker does late', async () => {
  const bed = await dispatcherBed();
  const { ask, leader, clock, pass, show, removed } = bed;
  await ask(submitOf(jobA, 1));
  const [late, other] = [bed.worker(one), bed.worker(two)];
  const { run } = await late.ask(leader);
  await pass(8, [other]);
  await other.end(other.holds[0], 'done');
  await other.ask(leader);
  await look(leader);
  expect(await show(jobA)).toMatchObject({ state: 'done' });
  await ask({ kind: 'remove', id: jobA });
  await leader.removeOld();
  expect((await late.ask(leader)).stop).toMatchObject([{ job: jobA, task: 0 }]);
  // It did not hear that in time.
  expect(await late.end(run[0], 'done')).toBe(false);
  await late.ask(leader);
  expect(await subjectsOf(bed, jobA)).toEqual([`j.${jobA}`, `j.${jobA}.0.late.1`]);
  await clock.sleep(700_000);
  await leader.removeOld();
  expect(await subjectsOf(bed, jobA)).toEqual([`j.${jobA}`]);
  expect(removed).toHaveLength(2);
});

it('removes jobs by themselves that ended long ago, and no others', async () => {
  const bed = await dispatcherBed({ keep_days: 2 });
  const { ask, leader, clock, lines } = bed;
  const worker = bed.worker(one);
  await runOne(bed, jobA, worker);
  await ask(submitOf('20261121-120002-cccccc', 1, { pool: ['nobody'] }));
  await clock.sleep(day * 1000);
  await runOne(bed, jobB, worker);
  await leader.removeOld();
  expect(await subjectsOf(bed, jobA)).toHaveLength(2);
  await clock.sleep((day + 1) * 1000);
  await leader.removeOld();
  expect(await subjectsOf(bed, jobA)).toEqual([`j.${jobA}`]);
  expect(await subjectsOf(bed, jobB)).toHaveLength(2);
  expect(lines.join('\n')).toContain(`removes the job ${jobA}`);
  const [list] = await ask({ kind: 'list' });
  expect(list).toMatchObject({ jobs: [{ id: expect.any(String) as string }, { id: jobB }] });
});

it('is gone on with by the next leader', async () => {
  const bed = await dispatcherBed();
  await runOne(bed, jobA, bed.worker(one));
  await bed.ask({ kind: 'remove', id: jobA });
  bed.stop.abort();
  const { leader } = await bed.lead();
  expect(await bed.ask({ kind: 'list' }, 'ann', leader)).toEqual([{ kind: 'jobs', jobs: [] }]);
  await leader.removeOld();
  expect(bed.removed).toEqual([`ann jobs/${jobA}`]);
  expect(await subjectsOf(bed, jobA)).toEqual([`j.${jobA}`]);
});
