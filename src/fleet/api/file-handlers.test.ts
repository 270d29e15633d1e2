import { beforeEach, expect, it } from 'vitest';
import { newFile } from '../../../tests/conformance/file-store.js';
import { AskedLeader, member } from '../../../tests/fixtures/asked-leader.js';
import type { Caller } from './caller.js';
import { endpoints } from './endpoints.js';
import { fileHandlers } from './file-handlers.js';

const server = {
  name: 's',
  used_bytes: 5,
  free_bytes: null,
  is_full: false,
  is_current: true,
  last_seen_ms: 0,
};
const replica = { is_leader: true, is_current: true, lag: 0 };
/** All lies on nano1, and the other keeper does not answer. */
const placement = {
  leader: member,
  servers: [
    { ...server, member, is_offline: false },
    { ...server, member: 'gone', is_offline: true },
  ],
  buckets: Array.from({ length: 16 }, (_, bucket) => ({
    stream: `FILES_${String(bucket).padStart(2, '0')}`,
    replicas: [
      { ...replica, member, is_offline: false },
      { ...replica, member: 'gone', is_offline: true },
    ],
    target: 2,
    messages: 1,
    bytes: 1,
  })),
};

let leader: AskedLeader;
let caller: Caller;
beforeEach(async () => {
  leader = await AskedLeader.make();
  leader.broker.answer('ask.u-ann.placement', async function* () {
    await Promise.resolve();
    yield Buffer.from(JSON.stringify(placement));
  });
  caller = { jobs: leader.jobs } as Caller;
});

const call = {
  query: null,
  headers: null,
  body: null,
  content: [] as never,
  signal: AbortSignal.timeout(60_000),
};
const replicasOf = (name: string) => fileHandlers.listReplicas(caller, { ...call, parameters: { name } });

it('says which devices hold a file, how many should, and what each device holds', async () => {
  for (const text of ['one', 'three']) await leader.store.files.put([newFile('deep/weights.bin', text)]);
  const held = await replicasOf('deep/weights.bin');
  expect(endpoints.listReplicas.answer.parse(held)).toEqual(held);
  const device = { id: member, name: 'nano1', parts: 1 };
  expect(held).toEqual({
    name: 'deep/weights.bin',
    versions: [
      { version: 2, size_bytes: 5, parts: 1, replicas: 1, target: 2, devices: [{ ...device, bytes: 5 }] },
      { version: 1, size_bytes: 3, parts: 1, replicas: 1, target: 2, devices: [{ ...device, bytes: 3 }] },
    ],
  });
  await expect(replicasOf('none')).rejects.toMatchObject({ name: 'store-no-file' });
  const shares = await fileHandlers.listShares(caller, { ...call, parameters: null });
  expect(endpoints.listShares.answer.parse(shares)).toEqual(shares);
  const none = { files: 0, versions: 0, content_bytes: 0, used_bytes: 5, free_bytes: null };
  expect(shares.devices).toEqual([
    { ...none, id: member, name: 'nano1', files: 1, versions: 2, content_bytes: 8, answers: true },
    { ...none, id: 'gone', name: 'gone', answers: false },
  ]);
});

it('says no target where no keeper does', async () => {
  await leader.store.files.put([newFile('a', 'one')]);
  const { buckets } = placement;
  placement.buckets = buckets.map((one) => ({ ...one, target: 0 }));
  expect((await replicasOf('a')).versions).toMatchObject([{ replicas: 1, target: null }]);
  placement.buckets = buckets;
});
