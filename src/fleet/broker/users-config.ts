import type { Access } from '../credentials/index.js';
import { mqttPermissions } from './mqtt-topics.js';
import { type Identity, type Permissions, permissionsOf } from './permissions.js';

/**
 * The users of the fleet's account, as nats-server includes them from `users.conf`: every user and member of the access
 * document that has a key, with what the broker lets it do. Install writes it at first; later the agent of each keeper, when
 * the member program got a newer document.
 */
export function brokerUsers(access: Pick<Access, 'users' | 'members'>, keeperIds: readonly string[]): string {
  const lines = access.users.flatMap(({ name, role, brokerKey }) =>
    brokerKey === null ? [] : [userLine(brokerKey, { kind: 'user', name, role })],
  );
  for (const { name, mqttHash } of access.users)
    if (mqttHash !== undefined) lines.push(mqttLine(name, mqttHash));
  const users = access.users.map(({ name }) => name);
  for (const { id, brokerKey } of access.members)
    lines.push(
      userLine(brokerKey, keeperIds.includes(id) ? { kind: 'keeper', id } : { kind: 'member', id, users }),
    );
  return `users: [\n${lines.join('')}]\n`;
}

function userLine(key: string, identity: Identity): string {
  return `  { nkey: ${key}, ${permissionsText(permissionsOf(identity))} }\n`;
}

/** MQTT has passwords only, and a password is good for MQTT only. */
function mqttLine(name: string, hash: string): string {
  const enter = `user: ${JSON.stringify(name)}, password: ${JSON.stringify(hash)}, allowed_connection_types: ["MQTT"]`;
  return `  { ${enter}, ${permissionsText(mqttPermissions(name))} }\n`;
}

function permissionsText({ publish, subscribe }: Permissions): string {
  const allow = (subjects: readonly string[]) => `{ allow: ${JSON.stringify(subjects)} }`;
  return `permissions: { publish: ${allow(publish)}, subscribe: ${allow(subscribe)} }`;
}
