import { join } from 'node:path';
import {
  CollabError,
  ExitCode,
  mqttAddresses,
  mqttTopics,
  openOwnFleet,
  removeMqttPassword,
  setMqttPassword,
} from '../../../index.js';
import { chosenFleet, type FleetOptions, openSession, throwIfFailed } from '../../session/index.js';

export interface UserMqttFlags extends FleetOptions {
  remove?: boolean;
}

/** `collab fleet user mqtt <name>`: a password with which a user's programs submit jobs by MQTT. */
export async function fleetUserMqtt(name: string, flags: UserMqttFlags): Promise<void> {
  const { workspace, clock, emit, signal, say, print } = openSession(flags, 'events');
  const fleet = await chosenFleet(workspace, flags);
  const { record, credentials } = await openOwnFleet(workspace, fleet);
  const context = { workspace, clock, emit, signal };
  const told = ({ done }: { done: readonly { member: { name: string } }[] }) =>
    done.map(({ member }) => member.name);
  if (flags.remove === true) {
    const changed = await removeMqttPassword(record, name, context);
    const members = told(changed);
    print(
      `${name} has no password for MQTT any more. ${members.length} of ${record.members.length} members know it.`,
      {
        fleet,
        user: name,
        password: null,
        members,
      },
    );
    const failed = changed.failures.map(({ member, error }) => ({ device: member.name, error }));
    throwIfFailed(`${name} can still use`, failed, members.length);
    return;
  }
  const addresses = mqttAddresses(record);
  if (addresses.length === 0) throw noMqtt(fleet);
  const { password, failures, ...changed } = await setMqttPassword(record, name, context);
  for (const { member, error } of failures)
    say(`${member.name}: does not know the password yet. ${error.what}`);
  say(
    'The password is shown once; who has it can submit jobs as this user. It replaces an earlier one. Keepers take it after some seconds.',
  );
  const ca = join(credentials.folder, 'ca.pem');
  const topics = mqttTopics(name);
  const lines = [
    `user:       ${name}`,
    `password:   ${password}`,
    `addresses:  ${addresses.join(', ')} (TLS)`,
    `authority:  ${ca}`,
    `publish:    ${topics.submit} (QoS 1)`,
    `subscribe:  ${topics.accepted}, ${topics.refused}, ${topics.ended}`,
  ];
  print(lines.join('\n'), { fleet, user: name, password, addresses, ca, topics, members: told(changed) });
}

function noMqtt(fleet: string): CollabError {
  return new CollabError('fleet-no-mqtt', {
    what: `The fleet ${fleet} does not speak MQTT.`,
    why: 'It is off unless fleet.yaml says otherwise.',
    next: 'Write mqtt: true into fleet.yaml, and run collab fleet up again.',
    exitCode: ExitCode.usage,
  });
}
