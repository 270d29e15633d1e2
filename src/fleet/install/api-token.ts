import { hostPort } from '../broker/index.js';
import { makeUserToken, serverNameOf } from '../credentials/index.js';
import { apiPortOf } from './agent-setup.js';
import { readFleetRecord } from './fleet-file.js';
import type { KnownFleet } from './open-fleet.js';
import { userKey } from './open-store.js';

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
export async function makeApiToken(known: KnownFleet, days: number, now: Date): Promise<ApiToken> {
  const { user, seed } = await userKey(known);
  const expires = new Date(Math.floor((now.getTime() + days * dayMs) / 1000) * 1000);
  const token = makeUserToken({ fleet: known.name, user, expires }, seed);
  const record = await readFleetRecord(known.credentials.folder);
  const addresses = (record?.members ?? []).flatMap((one) => {
    const port = record === null ? null : apiPortOf(record, one);
    return port === null ? [] : [`${serverNameOf(one.id)}=${hostPort(one.address, port)}`];
  });
  return { token, user, expires, addresses };
}
