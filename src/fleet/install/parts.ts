import { programText } from '../../package-folder.js';
import type { OwnedFleet } from '../credentials/index.js';
import { gossipFlags } from '../membership/index.js';
import type { FleetParts } from './apply.js';
import { brokerSecrets } from './fleet-file.js';
import { type FleetRecord, settingsOf } from './record.js';

/** All that the setups of a fleet's members are made of. Every member has its keys afterwards. */
export async function partsOf(record: FleetRecord, credentials: OwnedFleet): Promise<FleetParts> {
  await credentials.ensureMembers(record.members.map(({ id, address }) => ({ id, addresses: [address] })));
  return savedParts(record, credentials);
}

/** The same with the access document that is saved, for a plan: the keys of new members are not in it yet. */
export async function savedParts(record: FleetRecord, credentials: OwnedFleet): Promise<FleetParts> {
  return {
    record,
    credentials,
    secrets: await brokerSecrets(credentials.folder),
    access: await credentials.access(),
    agentProgram: programText('agent/agent.mjs'),
    dashboardProgram:
      record.settings.dashboard_port === null ? null : programText('keeper-dashboard/dashboard.mjs'),
    settingFlags: gossipFlags(settingsOf(record), record.members.length),
  };
}
