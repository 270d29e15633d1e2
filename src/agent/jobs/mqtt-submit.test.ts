import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { AskedLeader, folderWith, id, jobOf, quiet, refuse } from '../../../tests/fixtures/asked-leader.js';
import { jobDefinition, putPath } from '../../fleet/index.js';
import type { MqttSubmission } from './mqtt-submissions.js';
import { submitByMqtt } from './mqtt-submit.js';

const definition = jobDefinition.parse({
  name: 'fit',
  command: ['true'],
  tasks: { kind: 'count', count: 1 },
});
const other = '20261130-150000-zzzzzz';

let leader: AskedLeader;
/** Whether the leader knows the job. */
let isThere: boolean;
beforeEach(async () => {
  leader = await AskedLeader.make();
  isThere = false;
  leader.answer = ({ kind }) => {
    if (kind === 'show' && !isThere) return refuse('job-unknown', 'there is no such job');
    isThere = true;
    return { kind: 'job', job: jobOf() };
  };
});

const submit = (more: Partial<MqttSubmission> = {}) => {
  const { broker, jobs, clock } = leader;
  const { signal } = new AbortController();
  return submitByMqtt(broker, jobs, { id: 'mine', definition, ...more }, { clock, signal });
};
const submitted = () => leader.asked.filter(({ kind }) => kind === 'submit');

async function putData(): Promise<void> {
  const local = join(await folderWith({ 'work/run.sh': 'true\n' }), 'work');
  await putPath(leader.store.files, { local, name: 'work' }, { clock: leader.clock, ...quiet });
}

it('submits a job without files, whose folder is empty', async () => {
  expect(await submit()).toMatchObject({ id });
  expect(submitted()).toEqual([{ kind: 'submit', id, definition, mqtt: 'mine' }]);
  expect(await leader.namesIn('jobs')).toEqual([`jobs/${id}/files`]);
});

it('gives the same id of the client the same job, whoever leads, and another one another', async () => {
  await submit();
  // A leader that comes later would call its next job something else.
  Object.assign(leader.jobs, { newJob: () => ({ id: other, folder: '' }) });
  await submit();
  await submit({ id: 'next' });
  expect(submitted()).toMatchObject([
    { id, mqtt: 'mine' },
    { id, mqtt: 'mine' },
    { id: other, mqtt: 'next' },
  ]);
});

it('of two leaders that take the same message, the first one names the job', async () => {
  const publish = leader.broker.publish.bind(leader.broker);
  leader.broker.publish = async (subject, data, options) => {
    leader.broker.publish = publish;
    await publish(subject, Buffer.from(JSON.stringify({ format: 1, job: other })));
    return publish(subject, data, options);
  };
  await submit();
  expect(submitted()).toMatchObject([{ id: other }]);
});

it('copies files of the store once', async () => {
  await putData();
  await submit({ files: 'store:work/' });
  expect(await leader.namesIn('jobs')).toEqual([`jobs/${id}/files`, `jobs/${id}/files/run.sh`]);
  const versions = async () => (await leader.store.record(`jobs/${id}/files/run.sh`)).versions.length;
  expect(await versions()).toBe(1);
  await submit({ files: 'store:work' });
  expect(await versions()).toBe(1);
});

it('removes the copy of a job that is refused', async () => {
  await putData();
  leader.answer = ({ kind }) =>
    refuse(kind === 'show' ? 'job-unknown' : 'job-user-limit', 'there are too many');
  await expect(submit({ files: 'store:work' })).rejects.toMatchObject({ name: 'job-user-limit' });
  expect(await leader.namesIn('jobs')).toEqual([]);
});

it('refuses files that are not there', async () => {
  await expect(submit({ files: 'store:nothing' })).rejects.toMatchObject({ exitCode: 2 });
  expect(submitted()).toEqual([]);
});
