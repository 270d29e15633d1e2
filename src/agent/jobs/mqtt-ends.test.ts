import { expect, it } from 'vitest';
import { dispatcherBed, jobA, one, submitOf } from '../../../tests/fixtures/dispatcher-bed.js';
import { mqttJobSubject } from '../../fleet/index.js';

const day = 86_400;

/** A job that came by MQTT as `mine`, and has failed; all that clients were told. */
async function endedJob() {
  const told: { subject: string; body: { id: string; job: { state: string } } }[] = [];
  const fault = { now: null as Error | null };
  const bed = await dispatcherBed({}, undefined, (subject, data) => {
    if (fault.now !== null) return Promise.reject(fault.now);
    told.push({ subject, body: JSON.parse(Buffer.from(data).toString()) as (typeof told)[0]['body'] });
    return Promise.resolve();
  });
  /** The leader waits for no message, so it is given a moment each second. */
  const pass = async (seconds: number, leader = bed.leader) => {
    for (let second = 0; second < seconds; second += 1) {
      await bed.pass(1, [], leader);
      await new Promise((go) => setImmediate(go));
    }
  };
  const worker = bed.worker(one);
  const failOnce = async (leader = bed.leader) => {
    await worker.end((await worker.ask(leader)).run[0], 'failed');
    await worker.ask(leader);
  };
  await bed.ask(Object.assign(submitOf(jobA, 1, { attempts: 1 }), { mqtt: 'mine' }));
  await failOnce();
  return { ...bed, told, fault, pass, failOnce };
}

it('tells the client once how its job ended, and once more after a retry', async () => {
  const { told, pass, ask, failOnce } = await endedJob();
  await pass(5);
  expect(told).toMatchObject([
    { subject: 'collab.jobs.ann.ended.mine', body: { id: 'mine', job: { id: jobA, state: 'failed' } } },
  ]);
  await ask({ kind: 'retry', id: jobA });
  await pass(2);
  expect(told).toHaveLength(1);
  await failOnce();
  await pass(5);
  expect(told).toHaveLength(2);
});

it('tells it again after a fault, and leaves it to the next leader', async () => {
  const { told, fault, pass, lines, lead, stop } = await endedJob();
  fault.now = new Error('no keeper answers');
  await pass(3);
  expect(told).toEqual([]);
  expect(lines.join('\n')).toContain(`the end of the job ${jobA} cannot be told by MQTT: no keeper answers`);
  stop.abort();
  fault.now = null;
  const next = await lead();
  await pass(3, next.leader);
  expect(told).toHaveLength(1);
  const last = await lead();
  await pass(3, last.leader);
  expect(told).toHaveLength(1);
});

it('forgets what the client called a job when the job is gone', async () => {
  const { ask, pass, leader, broker, clock } = await endedJob();
  const claim = mqttJobSubject('ann', 'mine');
  await broker.publish(claim, Buffer.from('{}'));
  await pass(2);
  await ask({ kind: 'remove', id: jobA });
  await leader.removeOld();
  expect(await broker.last('JOBS', claim)).not.toBeNull();
  await clock.sleep((day + 1) * 1000);
  await leader.removeOld();
  expect(await broker.last('JOBS', claim)).toBeNull();
});
