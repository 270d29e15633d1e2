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
import type { JobsQuestion } from '../../fleet/jobs/index.js';

const poolOf = (name: string, other: object = {}): JobsQuestion => ({
  kind: 'set-pool',
  pool: { name, tags: [], members: [], architecture: null, cores: null, gpu: false, ...other },
});

it('gives tasks to members of the kept pool that a job names', async () => {
  const { ask, leader, worker, show, pass } = await dispatcherBed();
  const [first, second] = [worker(one), worker(two)];
  [first.name, second.name] = ['nano1', 'nano2'];
  await first.ask(leader);
  expect(await ask(poolOf('cameras', { members: ['nano2'] }), 'root')).toMatchObject([
    { kind: 'pools', pools: [{ name: 'cameras', workers: [] }] },
  ]);
  await ask(submitOf(jobA, 3, { pool: ['cameras'] }));
  await pass(7, [first]);
  expect(first.holds).toEqual([]);
  expect((await show(jobA)).waits_for).toBe('no worker is in the pool cameras');
  expect((await second.ask(leader)).run).toMatchObject([{ job: jobA }]);
  expect(await ask({ kind: 'pools' }, 'bob')).toMatchObject([{ pools: [{ workers: [two] }] }]);
  // Who is in it is looked up when a task is given out.
  await ask(poolOf('cameras', { members: ['nano1'] }), 'root');
  expect((await first.ask(leader)).run).toMatchObject([{ job: jobA }]);
  await second.end(second.holds[0], 'done');
  expect((await second.ask(leader)).run).toEqual([]);
});

it('takes a word for a tag unless a pool has the name', async () => {
  const { ask, leader, worker, show, pass } = await dispatcherBed();
  const first = worker(one);
  first.tags = ['gpu'];
  first.slots = 2;
  await ask(submitOf(jobA, 1, { pool: ['gpu'] }));
  expect((await first.ask(leader)).run).toHaveLength(1);
  await ask(poolOf('gpu', { architecture: 'arm64' }), 'root');
  await ask(submitOf(jobB, 1, { pool: ['gpu', 'x'] }));
  await pass(7, [first]);
  expect((await show(jobB)).waits_for).toBe('no worker is in the pool gpu and has the tag x');
  first.tags = ['x'];
  first.capabilities = { architecture: 'arm64', cores: 4, memory_bytes: 1e9, gpu: false };
  expect((await first.ask(leader)).run).toMatchObject([{ job: jobB }]);
});

it('lets admins change pools, and keeps one that is in use', async () => {
  const { ask, lead, leader, worker, stop } = await dispatcherBed();
  await expect(ask(poolOf('a'))).rejects.toThrow('only admins');
  await expect(ask({ kind: 'remove-pool', name: 'a' })).rejects.toThrow('only admins');
  await expect(ask({ kind: 'remove-pool', name: 'a' }, 'root')).rejects.toThrow('there is no pool a');
  await ask(poolOf('a', { tags: ['x'] }), 'root');
  await ask(poolOf('b'), 'root');
  await ask(submitOf(jobA, 1, { pool: ['a'] }));
  await expect(ask({ kind: 'remove-pool', name: 'a' }, 'root')).rejects.toThrow(jobA);
  expect(await ask({ kind: 'remove-pool', name: 'b' }, 'root')).toMatchObject([{ pools: [{ name: 'b' }] }]);
  // The next leader knows them.
  stop.abort();
  const next = await lead();
  expect(await ask({ kind: 'pools' }, 'ann', next.leader)).toMatchObject([
    { pools: [{ name: 'a', tags: ['x'] }] },
  ]);
  await ask({ kind: 'cancel', id: jobA }, 'ann', next.leader);
  await worker(one).ask(next.leader);
  await look(next.leader);
  await ask({ kind: 'remove-pool', name: 'a' }, 'root', next.leader);
  expect(await ask({ kind: 'pools' }, 'ann', next.leader)).toEqual([{ kind: 'pools', pools: [] }]);
  // One that has not heard of it replaces what it did not know.
  await ask(poolOf('b', { tags: ['new'] }), 'root', next.leader);
  await ask(poolOf('b', { tags: ['newer'] }), 'root', leader);
  expect(await ask({ kind: 'pools' }, 'ann', leader)).toMatchObject([
    { pools: [{ name: 'a' }, { name: 'b', tags: ['newer'] }] },
  ]);
});

it('is not brought down by a pool that cannot be read', async () => {
  const { broker, ask, lead, lines } = await dispatcherBed();
  await broker.publish('j.fleet.pool.bad', Buffer.from('{'));
  const { leader } = await lead();
  expect(lines).toEqual([expect.stringContaining('pool bad cannot be read')]);
  expect(await ask({ kind: 'pools' }, 'ann', leader)).toEqual([{ kind: 'pools', pools: [] }]);
});
