import { CollabError, ExitCode } from '../../errors.js';
import { type Access, type AccessMember, type FleetUser, userName } from './access.js';

const exitCode = ExitCode.usage;

/** @throws CollabError `bad-user-name`, `fleet-user-exists` */
export function withUser(access: Access, user: FleetUser): Access {
  checkUserName(user.name);
  if (access.users.some(({ name }) => name === user.name)) {
    throw new CollabError('fleet-user-exists', {
      what: `The fleet ${access.fleet} has a user ${user.name} already.`,
      next: `Choose another name, or remove the user first: collab fleet user remove ${user.name}`,
      exitCode,
    });
  }
  return raised(access, { users: [...access.users, user] });
}

/** @throws CollabError `fleet-user-unknown`, `fleet-last-admin` */
export function withoutUser(access: Access, name: string): Access {
  known(access, name);
  const users = access.users.filter((user) => user.name !== name);
  if (!users.some(({ role }) => role === 'admin')) {
    throw new CollabError('fleet-last-admin', {
      what: `${name} is the only admin of the fleet ${access.fleet}.`,
      why: 'Without an admin, nobody could ask a member to leave or to join.',
      next: 'Add another admin first: collab fleet user add <name> --role admin',
      exitCode,
    });
  }
  return raised(access, { users });
}

/** The user's old token is worth nothing afterwards. @throws CollabError `fleet-user-unknown` */
export function withToken(access: Access, name: string, tokenSha256: string): Access {
  known(access, name);
  return raised(access, {
    users: access.users.map((user) => (user.name === name ? { ...user, tokenSha256 } : user)),
  });
}

/** Brokers know the user by this key from now on; the same document if they do already. @throws CollabError `fleet-user-unknown` */
export function withBrokerKey(access: Access, name: string, brokerKey: string): Access {
  known(access, name);
  if (access.users.some((user) => user.name === name && user.brokerKey === brokerKey)) return access;
  return raised(access, {
    users: access.users.map((user) => (user.name === name ? { ...user, brokerKey } : user)),
  });
}

/** With the password of this hash, the user enters by MQTT from now on; null: with none. @throws CollabError `fleet-user-unknown` */
export function withMqttHash(access: Access, name: string, hash: string | null): Access {
  known(access, name);
  return raised(access, {
    users: access.users.map(({ mqttHash: before, ...user }) => {
      const kept = user.name === name ? (hash ?? undefined) : before;
      return kept === undefined ? user : { ...user, mqttHash: kept };
    }),
  });
}

/** Brokers know these members and no others; the same document if they do already. */
export function withMembers(access: Access, members: readonly AccessMember[]): Access {
  const text = (all: readonly AccessMember[]) =>
    all
      .map(({ id, brokerKey }) => `${id} ${brokerKey}`)
      .sort()
      .join();
  return text(access.members) === text(members) ? access : raised(access, { members });
}

/** The others, and the brokers, refuse this member from now on. */
export function withoutMember(access: Access, id: string): Access {
  return raised(access, {
    members: access.members.filter((one) => one.id !== id),
    removedMembers: [...new Set([...access.removedMembers, id])],
  });
}

/** A member that was removed may come back. */
export function withMember(access: Access, id: string): Access {
  return raised(access, { removedMembers: access.removedMembers.filter((one) => one !== id) });
}

/**
 * The same rights with a version above one that members have. After a restore from an older backup, members would ignore
 * what the owner writes until its version is above theirs.
 */
export function raisedAbove(access: Access, version: number): Access {
  return { ...access, version: Math.max(access.version, version) + 1 };
}

/** @throws CollabError `bad-user-name` */
export function checkUserName(name: string): void {
  if (userName.safeParse(name).success) return;
  throw new CollabError('bad-user-name', {
    what: `${JSON.stringify(name)} is not a valid name of a user.`,
    next: 'Use letters, digits, dots, dashes and underscores.',
    exitCode,
  });
}

function raised(access: Access, change: Partial<Access>): Access {
  return { ...access, ...change, version: access.version + 1 };
}

function known(access: Access, name: string): void {
  if (access.users.some((user) => user.name === name)) return;
  throw new CollabError('fleet-user-unknown', {
    what: `The fleet ${access.fleet} has no user named ${JSON.stringify(name)}.`,
    why: `Its users: ${access.users.map((user) => user.name).join(', ')}`,
    next: 'See its users: collab fleet user list',
    exitCode,
  });
}
