import { CollabError, ExitCode } from '../../errors.js';
import {
  type Access,
  CredentialStore,
  makeMqttPassword,
  makeBrokerKey,
  makeToken,
  type OwnedFleet,
  type RandomBytes,
  systemRandom,
  tokenSha256,
  type UserRole,
  withMqttHash,
  withoutUser,
  withUser,
} from '../credentials/index.js';
import { type Applied, applyToMembers } from './apply.js';
import { awaitInfo } from './await-members.js';
import { openFleetSite } from './fleet-site.js';
import type { FleetContext, SiteFailure } from './open-site.js';
import { partsOf } from './parts.js';
import type { FleetMember, FleetRecord } from './record.js';

export interface UserChange {
  done: Applied['done'];
  /** Members that do not know of it yet. They learn it from the others when they meet them. */
  failures: SiteFailure[];
}

/** Adds a user. @returns the user's token and the seed of the key for the brokers, which are not kept here, and who knows of it */
export async function addFleetUser(
  record: FleetRecord,
  user: { name: string; role: UserRole },
  context: FleetContext,
  random: RandomBytes = systemRandom,
): Promise<UserChange & { token: string; brokerSeed: string }> {
  const token = makeToken(random);
  const { seed, publicKey } = makeBrokerKey();
  const added = { ...user, tokenSha256: tokenSha256(token), brokerKey: publicKey };
  const changed = await changeAccess(record, (access) => withUser(access, added), context);
  return { token, brokerSeed: seed, ...changed };
}

/** Removes a user. Members that were told refuse the user's token at once. */
export function removeFleetUser(
  record: FleetRecord,
  name: string,
  context: FleetContext,
): Promise<UserChange> {
  return changeAccess(record, (access) => withoutUser(access, name), context);
}

/** Gives a user a password for MQTT, in place of one that there was. @returns it; it is not kept here */
export async function setMqttPassword(
  record: FleetRecord,
  name: string,
  context: FleetContext,
  random: RandomBytes = systemRandom,
): Promise<UserChange & { password: string }> {
  const { password, hash } = await makeMqttPassword(random);
  return { password, ...(await changeAccess(record, (access) => withMqttHash(access, name, hash), context)) };
}

/** Brokers refuse the user's password for MQTT from now on. */
export function removeMqttPassword(
  record: FleetRecord,
  name: string,
  context: FleetContext,
): Promise<UserChange> {
  return changeAccess(record, (access) => withMqttHash(access, name, null), context);
}

async function changeAccess(
  record: FleetRecord,
  change: (access: Access) => Access,
  context: FleetContext,
): Promise<UserChange> {
  const credentials: OwnedFleet = await new CredentialStore(context.workspace).openOwned(record.name);
  await credentials.setAccess(change(await credentials.access()));
  await using open = await openFleetSite(record, record.members, context);
  const parts = await partsOf(record, credentials);
  const applied = await applyToMembers(open, open.reached, parts, context);
  const { version } = await credentials.access();
  const done: UserChange['done'] = [];
  const failures = [...open.failures, ...applied.failures];
  await Promise.all(
    applied.done.map(async (one) => {
      const { member } = one;
      const why = await awaitInfo(member, (info) => info.accessVersion >= version, parts, context);
      if (why === null) done.push(one);
      else failures.push({ member, error: notTold(member, why) });
    }),
  );
  return { done, failures };
}

function notTold(member: FleetMember, why: string): CollabError {
  return new CollabError('fleet-not-told', {
    what: `${member.name} did not take the new list of users.`,
    why,
    next: 'It learns it from the first member that it meets, or from: collab fleet up',
    exitCode: ExitCode.deviceUnreachable,
  });
}
