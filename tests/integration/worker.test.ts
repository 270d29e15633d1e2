import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freeDevice, noDoor, noEnvironments, unknownDevice } from '../fixtures/free-device.js';
import { processDevice } from '../../src/agent/worker/own-device.js';
import { Worker } from '../../src/agent/worker/worker.js';
import { localRuntime } from '../../src/deployment/index.js';
import { systemClock } from '../../src/events.js';
import { connectAdmin, connectBroker } from '../../src/fleet/broker/index.js';
import { makeStore, openStore } from '../../src/fleet/files/index.js';
import { contentOf } from '../conformance/file-store.js';
import { keeper, plainMember, startCluster } from '../fixtures/nats-cluster.js';
import { settings } from '../fixtures/store-cluster.js';
import { jobId, memberId, WorkLeader } from '../fixtures/work-leader.js';

test('a member that is no keeper runs tasks with what the broker lets it do', async () => {
  await using cluster = await startCluster({ servers: 1 });
  await using admin = await connectAdmin(cluster.access(keeper));
  await makeStore(admin, { ...settings, replicas: 1 });
  using leader = await WorkLeader.open(admin);
  await using broker = await connectBroker(cluster.access(plainMember));
  const state = await mkdtemp(join(tmpdir(), 'worker-'));
  const connected = await processDevice('m1', state);
  if (connected === null) throw new Error('this test needs python3');
  const store = (jobsOf: string) => openStore(broker, { kind: 'member', id: memberId, name: 'm1', jobsOf });
  const log: string[] = [];
  const ending = new AbortController();
  const worker = new Worker(
    {
      config: { member: { id: memberId, name: 'm1' }, slots: 1, tags: [], gpu: null, ...unknownDevice },
      images: null,
      broker,
      connected,
      state,
      openStore: store,
      openRuntime: (experimentFolder) =>
        localRuntime.open({
          engineOf: () => {
            throw new Error('no task has an engine');
          },
          experimentFiles: () => Promise.resolve([]),
          experimentFolder,
          clock: systemClock,
        }),
      use: freeDevice(),
      makeEnvironment: noEnvironments,
      openDoor: noDoor,
      session: 's1',
    },
    { clock: systemClock, log: (line) => void log.push(line), signal: ending.signal },
  );
  const working = worker.run();
  const given = await leader.give(['sh', '-c', 'echo ok > "$COLLAB_OUTPUTS/a"']);
  expect(await leader.endOf(given)).toMatchObject({ outcome: 'done' });
  expect((await contentOf(await store('ann'), `jobs/${jobId}/trials/1/task-0/outputs/a`)).toString()).toBe(
    'ok\n',
  );

  const replaced = await leader.give(['sleep', '1'], { task: 1 });
  await leader.until(() => leader.asked.at(-1)?.holds.length === 1);
  await admin.publish(`j.${jobId}.1`, Buffer.from('{"of": "another"}'));
  await leader.until(async () => (await leader.lateEndOf(replaced)) !== null);
  await expect(broker.last('JOBS', `j.${jobId}.0`)).resolves.toMatchObject({ subject: `j.${jobId}.0` });

  ending.abort();
  await working;
  expect(log).toEqual([]);
  await rm(state, { recursive: true });
});
