import { expect, it } from 'vitest';
import { mqttPermissions } from './mqtt-topics.js';
import { matches } from './own-writes.js';
import { brokerUsers } from './users-config.js';

const user = { role: 'user', tokenSha256: 'a'.repeat(64), brokerKey: 'UKEY' } as const;

it('a user with a password for MQTT has a second way in, for MQTT only', () => {
  const text = brokerUsers(
    {
      users: [
        { ...user, name: 'ann' },
        { ...user, name: 'bo.b', mqttHash: '$2b$06$x' },
      ],
      members: [],
    },
    [],
  );
  expect(text.match(/nkey: UKEY/g)).toHaveLength(2);
  expect(text.match(/password/g)).toHaveLength(1);
  expect(text).toContain(
    'user: "bo.b", password: "$2b$06$x", allowed_connection_types: ["MQTT"], permissions: { publish: { allow: ["collab.jobs.bo=2eb.submit"] }',
  );
});

it('over MQTT, users speak and hear of themselves only', () => {
  const { publish, subscribe } = mqttPermissions('ann');
  const may = (filters: readonly string[], subject: string) =>
    filters.some((filter) => matches(filter, subject));
  expect(may(publish, 'collab.jobs.ann.submit')).toBe(true);
  for (const subject of ['collab.jobs.ann.accepted.x', 'collab.jobs.ann.ended.x'])
    expect(may(subscribe, subject)).toBe(true);
  for (const subject of [
    'collab.jobs.bob.submit',
    'collab.jobs.ann.ended.x',
    'ask.u-ann.jobs',
    'j.x',
    '$MQTT.msgs.x',
  ])
    expect(may(publish, subject), subject).toBe(false);
  for (const subject of [
    'collab.jobs.bob.ended.x',
    'collab.jobs.annx.ended.x',
    'j.x',
    '$MQTT.msgs.x',
    '_INBOX.x',
  ])
    expect(may(subscribe, subject), subject).toBe(false);
});
