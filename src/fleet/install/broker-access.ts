import { type BrokerAccess, hostPort, memberIdentity } from '../broker/index.js';
import type { OwnedFleet } from '../credentials/index.js';
import { brokerSecrets } from './fleet-file.js';
import type { FleetRecord } from './record.js';

interface OwnFleet {
  record: FleetRecord;
  credentials: OwnedFleet;
}

/**
 * How the owner of a fleet enters its brokers with all rights: as one of the keepers, whose keys are here too.
 * @param ids keepers to ask; default: those of the record
 */
export async function keeperAccess(
  { record, credentials }: OwnFleet,
  ids: readonly string[] = record.keepers.ids,
): Promise<BrokerAccess> {
  const [id = ''] = ids;
  return {
    servers: brokersOf(record, ids),
    ca: credentials.ca,
    seed: await credentials.memberBrokerSeed(id),
    identity: memberIdentity(id),
  };
}

/** How the owner enters the system account. */
export async function systemAccess(
  { record, credentials }: OwnFleet,
  ids: readonly string[] = record.keepers.ids,
): Promise<BrokerAccess> {
  const { systemPassword } = await brokerSecrets(credentials.folder);
  return {
    servers: brokersOf(record, ids),
    ca: credentials.ca,
    seed: systemPassword,
    identity: 'system',
  };
}

function brokersOf({ members }: FleetRecord, ids: readonly string[]): string[] {
  return members
    .filter(({ id }) => ids.includes(id))
    .map(({ address, nats_port: port }) => hostPort(address, port));
}
