import { hostPort } from '../broker/index.js';
import { type KnownMember, makeUserToken, serverNameOf } from '../credentials/index.js';
import { apiPortOf, dashboardPortOf } from './agent-setup.js';
import { readFleetRecord } from './fleet-file.js';
import type { KnownFleet } from './open-fleet.js';
import { userKey } from './open-store.js';
import type { FleetRecord } from './record.js';

const dayMs = 86_400_000;

/** A token for the API of the keepers. */
export interface ApiToken {
  token: string;
  user: string;
  expires: Date;
  /** `id.collab=address:port` of each keeper that serves it; empty where that is not known. */
  addresses: readonly string[];
}

/** A token of the user of this workspace. @throws CollabError `store-no-key` */
export async function makeApiToken(
  known: Pick<KnownFleet, 'name' | 'credentials'>,
  days: number,
  now: Date,
): Promise<ApiToken> {
  const { user, seed } = await userKey(known);
  const expires = new Date(Math.floor((now.getTime() + days * dayMs) / 1000) * 1000);
  const token = makeUserToken({ fleet: known.name, user, expires }, seed);
  const served = known.credentials.kind === 'guest' ? known.credentials.members : await ownMembers(known);
  const addresses = served.flatMap(({ id, address, apiPort }) =>
    apiPort === undefined ? [] : [`${serverNameOf(id)}=${hostPort(address, apiPort)}`],
  );
  return { token, user, expires, addresses };
}

/** The keepers that serve the dashboard, as far as that is known here. */
export async function keeperDashboards(known: Pick<KnownFleet, 'credentials'>): Promise<KnownMember[]> {
  const served = known.credentials.kind === 'guest' ? known.credentials.members : await ownMembers(known);
  return served.filter(({ dashboardPort }) => dashboardPort !== undefined);
}

/** What a user of a fleet is told of its members. */
export const guestMembers = (record: FleetRecord): KnownMember[] =>
  record.members.map((one) => ({
    id: one.id,
    address: one.address,
    httpPort: one.http_port,
    apiPort: apiPortOf(record, one) ?? undefined,
    dashboardPort: dashboardPortOf(record, one) ?? undefined,
  }));

async function ownMembers({ credentials }: Pick<KnownFleet, 'credentials'>): Promise<KnownMember[]> {
  const record = await readFleetRecord(credentials.folder);
  return record === null ? [] : guestMembers(record);
}
