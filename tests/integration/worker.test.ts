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
import { WorkersAsked } from '../../src/fleet/jobs/printed.js';
import { contentOf } from '../conformance/file-store.js';
import { ann, bob, keeper, plainMember, startCluster } from '../fixtures/nats-cluster.js';
import { settings } from '../fixtures/store-cluster.js';
import { jobId, memberId, WorkLeader } from '../fixtures/work-leader.js';

const gone = 'f'.repeat(20);

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

  const said = await leader.give(['sh', '-c', 'echo so far; sleep 60'], { task: 2 });
  await using user = await connectBroker(cluster.access(ann));
  const printed = new WorkersAsked(user, 'ann', () => 'm1');
  const asked = { job: jobId, task: 2, attempt: 1, stream: 'stdout' as const, from: 3 };
  const read = async () => (await printed.printed(memberId, asked))?.content.toString();
  await expect.poll(read, { timeout: 20_000 }).toBe('far\n');
  await using stranger = await connectBroker(cluster.access(bob));
  const not = { name: 'job-output-unread', exitCode: 4 };
  await expect(new WorkersAsked(stranger, 'bob', () => 'm1').printed(memberId, asked)).rejects.toMatchObject({
    ...not,
    why: 'it is the output of a job of another user',
  });
  await expect(new WorkersAsked(stranger, 'ann', () => 'm1').printed(memberId, asked)).rejects.toMatchObject(
    not,
  );
  await expect(printed.printed(gone, asked)).rejects.toMatchObject(not);
  leader.stopping.push(said);
  await leader.until(() => leader.asked.at(-1)?.holds.length === 0);

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
