import type { OwnedFleet } from '../credentials/index.js';
import type { FleetParts } from './apply.js';
import { brokerSecrets } from './fleet-file.js';
import { type FleetRecord, settingsOf } from './record.js';
import { gossipFlags } from '../membership/index.js';

/** All that the setups of a fleet's members are made of. */
export async function partsOf(record: FleetRecord, credentials: OwnedFleet): Promise<FleetParts> {
  return {
    record,
    credentials,
    secrets: await brokerSecrets(credentials.folder),
    settingFlags: gossipFlags(settingsOf(record), record.members.length),
  };
}
