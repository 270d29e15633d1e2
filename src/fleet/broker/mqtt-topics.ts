import { createHash } from 'node:crypto';
import { token } from './subjects.js';

/**
 * What MQTT clients say and hear. A topic is the subject with `/` in place of `.`, and the user is in each of them, so that the broker
 * itself can refuse the rest.
 *
 *     collab/jobs/<user>/submit             a job, from a client
 *     collab/jobs/<user>/accepted/<id>      the leader has it
 *     collab/jobs/<user>/refused/<id>       it has not, and why
 *     collab/jobs/<user>/ended/<id>         how the job ended
 */
export type MqttAnswer = 'accepted' | 'refused' | 'ended';

const userSubject = (user: string): string => `collab.jobs.${token(user)}`;
export const mqttSubmitSubject = (user: string): string => `${userSubject(user)}.submit`;
export const mqttSubmitSubjects = 'collab.jobs.*.submit';
/** @param id what the client calls the job */
export const mqttAnswerSubject = (user: string, what: MqttAnswer, id: string): string =>
  `${userSubject(user)}.${what}.${id}`;
/** The subject as MQTT clients write it. Nothing that we make has a `/` in it. */
export const mqttTopic = (subject: string): string => subject.replaceAll('.', '/');

/**
 * Which job a client's id stands for. It has four tokens, as that of a pool, so that none but keepers can write or read it.
 */
export function mqttJobSubject(user: string, id: string): string {
  const hash = createHash('sha256')
    .update(`${token(user)}/${id}`)
    .digest('hex');
  return `j.fleet.mqtt.${hash.slice(0, 32)}`;
}

/** What the broker lets a user do over MQTT (nats-server's `permissions`). */
export const mqttPermissions = (user: string): { publish: string[]; subscribe: string[] } => ({
  publish: [mqttSubmitSubject(user)],
  subscribe: [
    // A client that wants `<topic>/#` asks for `<topic>` too.
    userSubject(user),
    `${userSubject(user)}.>`,
    // Where the server delivers what is kept for a client (QoS 1). Clients themselves cannot subscribe to it.
    '$MQTT.sub.>',
  ],
});
