import { CollabError, ExitCode } from '../../errors.js';
import type { Workspace } from '../../workspace/index.js';
import { CredentialStore, type GuestFleet, type OwnedFleet } from '../credentials/index.js';
import type { KeptConnections, Member, MemberClient } from '../membership/index.js';
import { fleetClient } from './clients.js';
import { readFleetRecord } from './fleet-file.js';
import type { FleetRecord } from './record.js';

/** A fleet that this user may ask. */
export interface KnownFleet {
  name: string;
  credentials: OwnedFleet | GuestFleet;
  /** How to reach each member that this machine knows. */
  clients: readonly { id: string; name: string; client: MemberClient }[];
  /** How to reach a member that another one told of. */
  clientOf(member: Pick<Member, 'id' | 'name' | 'address' | 'httpPort'>): MemberClient;
}

/** @param kept for whoever asks again and again. @throws CollabError `fleet-unknown`, `fleet-broken` */
export async function openFleet(
  workspace: Workspace,
  name: string,
  kept?: KeptConnections,
): Promise<KnownFleet> {
  const credentials = await new CredentialStore(workspace).open(name);
  if (credentials.kind === 'guest') {
    const { ca, token } = credentials;
    const clients = credentials.members.map(({ id, address, httpPort }) => {
      const member = { id, name: id, address, http_port: httpPort };
      return { id, name: id, client: fleetClient(member, ca, token, kept) };
    });
    return { name, credentials, clients, clientOf: clientMaker(ca, token, kept) };
  }
  return knownFleet(await recordOf(name, credentials), credentials, await credentials.token(), kept);
}

/** A fleet of this workspace. */
export function knownFleet(
  record: FleetRecord,
  credentials: OwnedFleet,
  token: string,
  kept?: KeptConnections,
): KnownFleet {
  const clients = record.members.map((member) => ({
    id: member.id,
    name: member.name,
    client: fleetClient(member, credentials.ca, token, kept),
  }));
  return { name: record.name, credentials, clients, clientOf: clientMaker(credentials.ca, token, kept) };
}

const clientMaker =
  (ca: string, token: string, kept?: KeptConnections): KnownFleet['clientOf'] =>
  ({ id, name, address, httpPort }) => {
    const host = address.slice(0, address.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1');
    return fleetClient({ id, name, address: host, http_port: httpPort }, ca, token, kept);
  };

/**
 * Name of the LAN of a fleet; null for one of processes on this machine. A guest is not told the name of the LAN, and knows the
 * fleet by its own.
 */
export async function lanOf({ name, credentials }: KnownFleet): Promise<string | null> {
  const record = await readFleetRecord(credentials.folder);
  return record === null ? name : record.lan;
}

/** A fleet that was made from this workspace. @throws CollabError `fleet-unknown`, `fleet-guest` */
export async function openOwnFleet(
  workspace: Workspace,
  name: string,
): Promise<{ record: FleetRecord; credentials: OwnedFleet }> {
  const credentials = await new CredentialStore(workspace).openOwned(name);
  return { credentials, record: await recordOf(name, credentials) };
}

async function recordOf(name: string, credentials: OwnedFleet): Promise<FleetRecord> {
  const record = await readFleetRecord(credentials.folder);
  if (record !== null) return record;
  throw new CollabError('fleet-unknown', {
    what: `The fleet ${name} was not started from this workspace.`,
    why: 'Its keys are here, but no record of its members.',
    next: 'Start it: collab fleet up',
    exitCode: ExitCode.usage,
  });
}
