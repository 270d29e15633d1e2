import { CollabError, ExitCode } from '../../errors.js';
import { type Broker, connectBroker, hostPort, userIdentity } from '../broker/index.js';
import { FleetStore } from '../files/index.js';
import { FleetJobs, type JobsContext } from '../jobs/index.js';
import { anyMember, type Member } from '../membership/index.js';
import { readFleetRecord } from './fleet-file.js';
import { isCopied, runningOf } from './keeper-sets.js';
import type { KnownFleet } from './open-fleet.js';
import type { FleetRecord } from './record.js';

export interface StoreOptions {
  /** For how long everything is tried again while keepers are gone. */
  patienceMs?: number | undefined;
}

/**
 * Opens the store of a fleet as the user of this workspace. Where the keepers are is in the owner's own record; any member tells
 * it, too.
 * @throws CollabError `store-no-key`, `store-refused`, `store-unreachable`, `store-missing`, `store-filling`, `fleet-unreachable`
 */
export function openFleetStore(known: KnownFleet, options: StoreOptions = {}): Promise<FleetStore> {
  return openAsUser(known, options, (broker, parts) => FleetStore.open(broker, parts));
}

/** Opens the jobs of a fleet, with its store. @throws CollabError as `openFleetStore` */
export function openFleetJobs(
  known: KnownFleet,
  context: JobsContext,
  options: StoreOptions = {},
): Promise<FleetJobs> {
  return openAsUser(known, options, (broker, parts) => FleetJobs.open(broker, parts, context));
}

type UserParts = Parameters<typeof FleetStore.open>[1];

async function openAsUser<Opened>(
  known: KnownFleet,
  { patienceMs }: StoreOptions,
  open: (broker: Broker, parts: UserParts) => Promise<Opened>,
): Promise<Opened> {
  const { name, credentials } = known;
  const { user, seed } = await userKey(known);
  let first: CollabError | null = null;
  for await (const place of placesOf(known)) {
    const { servers, names, trialMs, isOld = false } = place;
    const access = { servers, ca: credentials.ca, seed, identity: userIdentity(user) };
    const connectMs = trialMs === undefined ? undefined : Math.min(trialMs, patienceMs ?? trialMs);
    const options = { patienceMs: isOld ? trialMs : patienceMs, connectMs };
    let isConnected = false;
    try {
      const broker = await connectBroker(access, options);
      isConnected = true;
      try {
        return await open(broker, { fleet: name, user, names });
      } catch (error) {
        await broker[Symbol.asyncDispose]();
        throw error;
      }
    } catch (error) {
      if (!(error instanceof CollabError) || !mayBeElsewhere(error, place, isConnected)) throw error;
      first ??= error;
    }
  }
  throw first ?? new TypeError('no keepers');
}

/** Who the user of this workspace is, and the seed of that user's key. @throws CollabError `store-no-key` */
export async function userKey(
  known: Pick<KnownFleet, 'name' | 'credentials'>,
): Promise<{ user: string; seed: string }> {
  const { credentials } = known;
  const user = credentials.kind === 'guest' ? credentials.user : await credentials.user();
  const seed = credentials.kind === 'guest' ? credentials.brokerSeed : await credentials.brokerSeed();
  if (user === null || seed === null) throw noKey(known);
  return { user, seed };
}

/** Brokers that may have the store. */
interface Place {
  servers: readonly string[];
  /** Names of all members. */
  names: ReadonlyMap<string, string>;
  /** For how long it is tried, if there is another place. */
  trialMs?: number;
  /** Whether its files are being copied elsewhere. */
  isOld?: boolean;
}

function mayBeElsewhere({ name }: CollabError, { trialMs, isOld }: Place, isConnected: boolean): boolean {
  if (name === 'store-unreachable') return isOld === true || (trialMs !== undefined && !isConnected);
  return name === 'store-filling' || name === 'store-missing';
}

/** Devices that were given other addresses are found by the members; until then, so long is waited in vain. */
const trialMs = 3000;

/**
 * Where the store may be, in the order in which it is to be tried. While files are copied to other keepers, those of before and the
 * new ones are there, and only one of them has the whole store.
 */
async function* placesOf(known: KnownFleet): AsyncGenerator<Place> {
  const record = await readFleetRecord(known.credentials.folder);
  const own = (ids: readonly string[]) => ({
    servers: record === null ? [] : ownPlaces(record, ids),
    names: new Map(record?.members.map((one) => [one.id, one.name])),
  });
  if (record?.keepers.from && isCopied(record.keepers)) {
    yield { ...own(runningOf(record, record.keepers.from)), trialMs: 5000, isOld: true };
    yield own(runningOf(record, record.keepers));
    return;
  }
  if (record !== null) yield { ...own(record.keepers.ids), trialMs };
  const clients = known.clients.map(({ client }) => client);
  const told = await anyMember(clients, (member) => member.members()).catch((error: unknown) => {
    if (record === null) throw error;
    return null;
  });
  const names = new Map(told?.members.map((one) => [one.id, one.name]));
  const servers = (told?.members ?? []).filter((one) => one.keeper && one.brokerPort !== null).map(brokerOf);
  if (record !== null) {
    yield servers.length > 0 ? { servers, names } : own(record.keepers.ids);
    return;
  }
  yield { servers, names };
  // A guest does not know whether the keepers change: then each is tried by itself.
  if (servers.length > 1) for (const one of servers) yield { servers: [one], names };
}

const ownPlaces = ({ members }: FleetRecord, ids: readonly string[]): string[] =>
  members.filter(({ id }) => ids.includes(id)).map(({ address, nats_port: port }) => hostPort(address, port));

const brokerOf = ({ address, brokerPort }: Member): string =>
  `${address.slice(0, address.lastIndexOf(':'))}:${String(brokerPort)}`;

function noKey({ name, credentials }: Pick<KnownFleet, 'name' | 'credentials'>): CollabError {
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
