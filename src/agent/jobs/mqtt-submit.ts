import { z } from 'zod';
import {
  type Broker,
  BrokerConflict,
  copyJobFiles,
  ensureJobFolder,
  type FleetJobs,
  jobId,
  JobRefused,
  type JobStatus,
  jobStream,
  mqttJobSubject,
} from '../../fleet/index.js';
import type { AgentContext } from '../duty.js';
import type { MqttSubmission } from './mqtt-submissions.js';

const claim = z.object({ format: z.literal(1), job: jobId });

/** Submits a job for an MQTT client, in the name of its user. It is one job, however often the client publishes it. */
export async function submitByMqtt(
  broker: Pick<Broker, 'publish' | 'last'>,
  jobs: FleetJobs,
  { id: mqtt, definition, files }: MqttSubmission,
  { clock, signal }: Pick<AgentContext, 'clock' | 'signal'>,
): Promise<JobStatus> {
  const id = await claimed(broker, mqttJobSubject(jobs.user, mqtt), jobs.newJob().id, signal);
  const job = { id, definition, mqtt };
  if (await isThere(jobs, id)) return jobs.submitPut(job, { signal });
  if (files === undefined) {
    await ensureJobFolder(jobs.store, id, signal);
    return jobs.submitPut(job, { signal });
  }
  const from = files.slice('store:'.length);
  const undo = await copyJobFiles(jobs, { id, from }, { clock, signal, emit: () => undefined });
  try {
    return await jobs.submitPut(job, { signal });
  } catch (error) {
    if (error instanceof JobRefused && !(await isThere(jobs, id))) await undo();
    throw error;
  }
}

async function isThere(jobs: FleetJobs, id: string): Promise<boolean> {
  try {
    await jobs.show(id);
    return true;
  } catch (error) {
    if (error instanceof JobRefused && error.name === 'job-unknown') return false;
    throw error;
  }
}

/** The id of the job that a client's id stands for; of two leaders that give one, the first counts. */
async function claimed(
  broker: Pick<Broker, 'publish' | 'last'>,
  subject: string,
  job: string,
  signal: AbortSignal,
): Promise<string> {
  const before = await read();
  if (before !== null) return before;
  try {
    const data = Buffer.from(JSON.stringify({ format: 1, job }));
    await broker.publish(subject, data, { expectLast: 0, signal });
    return job;
  } catch (error) {
    if (!(error instanceof BrokerConflict)) throw error;
    const first = await read();
    if (first === null) throw error;
    return first;
  }

  async function read(): Promise<string | null> {
    const message = await broker.last(jobStream, subject, signal);
    return message === null ? null : claim.parse(JSON.parse(Buffer.from(message.data).toString())).job;
  }
}
