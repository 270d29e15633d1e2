import { z } from 'zod';
import { CollabError, messageOf, plainText } from '../../errors.js';
import {
  type Access,
  type BrokerMqtt,
  checkDefinition,
  jobDefinition,
  JobRefused,
  type JobStatus,
  type MqttAnswer,
  mqttAnswerSubject,
  mqttId,
  type MqttMessage,
  mqttSubmitSubject,
} from '../../fleet/index.js';
import type { AgentContext } from '../duty.js';

/** Faults that pass: the message comes again after some seconds. */
const passing = [
  'broker-no-answer',
  'jobs-not-read',
  'job-busy',
  'store-unreachable',
  'store-missing',
  'store-filling',
  'store-frozen',
];
/** In place of an id that cannot be read. No id is that. */
const noId = '-';
const reasonLength = 1000;

/** What a client publishes to `collab/jobs/<user>/submit`. */
export const mqttSubmission = z.strictObject({
  /** What the client calls the job. Published again, it is the same job. */
  id: mqttId,
  definition: jobDefinition,
  /** A folder in the store, which is copied into the job's own; none for a job without files. */
  files: z
    .string()
    .regex(/^store:./, 'must be a folder in the store, such as store:work/fit')
    .optional(),
});
export type MqttSubmission = z.output<typeof mqttSubmission>;

export interface MqttParts {
  mqtt: BrokerMqtt;
  access: () => Promise<Access>;
  /** Submits a job as this user; the same submission again is the same job. */
  submit: (user: string, submission: MqttSubmission, signal: AbortSignal) => Promise<JobStatus>;
}

/**
 * Takes jobs that clients submit by MQTT, until the signal aborts. A message is done when its answer is kept; if this leader ends before,
 * the next one gets the message again.
 */
export async function takeSubmissions(parts: MqttParts, context: AgentContext): Promise<void> {
  /** One that takes long comes again meanwhile. */
  const underway = new Set<string>();
  for await (const message of parts.mqtt.submissions(context.signal)) {
    const key = `${message.subject} ${Buffer.from(message.data).toString('base64')}`;
    if (underway.has(key)) continue;
    underway.add(key);
    void takeOne(message, parts, context.signal)
      .catch((error: unknown) => {
        if (!context.signal.aborted) context.log(`a job by MQTT: ${messageOf(error)}; it is tried again`);
      })
      .finally(() => underway.delete(key));
  }
}

async function takeOne(message: MqttMessage, parts: MqttParts, signal: AbortSignal): Promise<void> {
  const { users } = await parts.access();
  // The broker has checked that it is this user who publishes to this subject.
  const user = users.find(({ name }) => mqttSubmitSubject(name) === message.subject)?.name;
  if (user !== undefined) {
    const { what, id, body } = await answerTo(user, message, parts, signal);
    await parts.mqtt.publish(mqttAnswerSubject(user, what, id), Buffer.from(JSON.stringify(body)), signal);
  }
  await message.done();
}

interface Answer {
  what: MqttAnswer;
  id: string;
  body: object;
}

async function answerTo(
  user: string,
  { data }: MqttMessage,
  { submit }: MqttParts,
  signal: AbortSignal,
): Promise<Answer> {
  const read = parsed(data);
  if ('fault' in read) return refused(read.id, 'job-invalid', read.fault);
  const { submission } = read;
  const { id } = submission;
  try {
    checkDefinition(submission.definition);
    const { id: job, name, tasks } = await submit(user, submission, signal);
    return { what: 'accepted', id, body: { id, job, name, tasks } };
  } catch (error) {
    if (!(error instanceof CollabError) || passing.includes(error.name)) throw error;
    const why = error instanceof JobRefused ? (error.why ?? error.what) : wordsOf(error);
    return refused(id, error.name, why);
  }
}

function refused(id: string, error: string, reason: string): Answer {
  return { what: 'refused', id, body: { id, error, reason: plainText(reason).slice(0, reasonLength) } };
}

const wordsOf = ({ what, why }: CollabError): string => (why === undefined ? what : `${what} ${why}`);

function parsed(data: Uint8Array): { submission: MqttSubmission } | { id: string; fault: string } {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(data).toString());
  } catch (error) {
    return { id: noId, fault: `It is no JSON: ${messageOf(error)}` };
  }
  const submission = mqttSubmission.safeParse(json);
  if (submission.success) return { submission: submission.data };
  const id = z.object({ id: mqttId }).safeParse(json).data?.id ?? noId;
  const faults = submission.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return { id, fault: faults.join('; ') };
}
