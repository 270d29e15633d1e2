import { CollabError, ExitCode } from '../../errors.js';
import { connectBroker, userIdentity } from '../broker/index.js';
import { FleetStore } from '../files/index.js';
import { anyMember, type Member } from '../membership/index.js';
import { readFleetRecord } from './fleet-file.js';
import { hostPort } from './nats-config.js';
import type { KnownFleet } from './open-fleet.js';

export interface StoreOptions {
  /** For how long everything is tried again while keepers are gone. */
  patienceMs?: number | undefined;
}

/**
 * Opens the store of a fleet as the user of this workspace. Any member tells where the keepers are; if none answers, the owner's
 * own record does.
 * @throws CollabError `store-no-key`, `store-refused`, `store-unreachable`, `store-missing`, `store-filling`, `fleet-unreachable`
 */
export async function openFleetStore(
  known: KnownFleet,
  { patienceMs }: StoreOptions = {},
): Promise<FleetStore> {
  const { name, credentials } = known;
  const user = credentials.kind === 'guest' ? credentials.user : await credentials.user();
  const seed = credentials.kind === 'guest' ? credentials.brokerSeed : await credentials.brokerSeed();
  if (user === null || seed === null) throw noKey(known);
  const { servers, names } = await keepersOf(known);
  const identity = userIdentity(user);
  const open = async (brokers: readonly string[]) => {
    const access = { servers: brokers, ca: credentials.ca, seed, identity };
    const broker = await connectBroker(access, { patienceMs });
    try {
      return await FleetStore.open(broker, { fleet: name, user, names });
    } catch (error) {
      await broker[Symbol.asyncDispose]();
      throw error;
    }
  };
  try {
    return await open(servers);
  } catch (error) {
    if (!isNotHere(error)) throw error;
    return (await oneThatIsReady(servers, open)) ?? raise(error);
  }
}

/** While keepers change, those of before and the new ones are there, and only one of them has the whole store. */
async function oneThatIsReady<Store>(
  servers: readonly string[],
  open: (servers: readonly string[]) => Promise<Store>,
): Promise<Store | null> {
  for (const server of servers) {
    try {
      return await open([server]);
    } catch (error) {
      if (!(error instanceof CollabError) || error.name === 'interrupted') throw error;
    }
  }
  return null;
}

const isNotHere = (error: unknown): boolean =>
  error instanceof CollabError && (error.name === 'store-filling' || error.name === 'store-missing');

function raise(error: unknown): never {
  throw error;
}

/** Where the keepers' brokers are, and the names of all members. */
async function keepersOf(known: KnownFleet): Promise<{ servers: string[]; names: Map<string, string> }> {
  const record = await readFleetRecord(known.credentials.folder);
  try {
    const clients = known.clients.map(({ client }) => client);
    const { members } = await anyMember(clients, (member) => member.members());
    const names = new Map(members.map((one) => [one.id, one.name]));
    const keepers = members.filter((one) => one.keeper && one.brokerPort !== null);
    if (keepers.length > 0 || record === null) return { servers: keepers.map(brokerOf), names };
  } catch (error) {
    if (record === null) throw error;
  }
  const keepers = record.members.filter(({ id }) => record.keepers.ids.includes(id));
  return {
    servers: keepers.map(({ address, nats_port: port }) => hostPort(address, port)),
    names: new Map(record.members.map((one) => [one.id, one.name])),
  };
}

const brokerOf = ({ address, brokerPort }: Member): string =>
  `${address.slice(0, address.lastIndexOf(':'))}:${String(brokerPort)}`;

function noKey({ name, credentials }: KnownFleet): CollabError {
  const isGuest = credentials.kind === 'guest';
  return new CollabError('store-no-key', {
    what: `There is no key here for the files of the fleet ${name}.`,
    why: isGuest
      ? 'The join file was written by an earlier version of collab.'
      : 'The fleet was made by an earlier version of collab.',
    next: isGuest
      ? 'Ask the owner of the fleet for a new one: collab fleet user remove, then add.'
      : 'Bring it to this version: collab fleet upgrade',
    exitCode: ExitCode.usage,
  });
}
