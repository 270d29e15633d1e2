import { hostPort, mqttAnswerSubject, mqttSubmitSubject, mqttTopic } from '../broker/index.js';
import { mqttPortOf } from './agent-setup.js';
import type { FleetRecord } from './record.js';

/** `address:port` of each keeper that speaks MQTT; empty if the fleet does not. */
export const mqttAddresses = (record: FleetRecord): string[] =>
  record.members.flatMap((one) => {
    const port = mqttPortOf(record, one);
    return port === null ? [] : [hostPort(one.address, port)];
  });

/** Where a user's clients publish, and what they subscribe to. `+` stands for a client's own id of a job. */
export const mqttTopics = (user: string): Record<'submit' | 'accepted' | 'refused' | 'ended', string> => {
  const answer = (what: 'accepted' | 'refused' | 'ended') => mqttTopic(mqttAnswerSubject(user, what, '+'));
  return {
    submit: mqttTopic(mqttSubmitSubject(user)),
    accepted: answer('accepted'),
    refused: answer('refused'),
    ended: answer('ended'),
  };
};
