import { LanStore } from '../../network/index.js';
import { openLanSite } from './lan-site.js';
import { localPrograms } from './local-programs.js';
import { openLocalSite } from './local-site.js';
import type { FleetContext, OpenSite } from './open-site.js';
import type { FleetMember, FleetRecord } from './record.js';

/**
 * Opens the place where members of an existing fleet run.
 * @param isStarting whether members may be started there; otherwise they are looked at, changed and ended only
 */
export async function openFleetSite(
  record: FleetRecord,
  members: readonly FleetMember[],
  context: FleetContext,
  isStarting = true,
): Promise<OpenSite> {
  const { workspace } = context;
  if (record.lan !== null) {
    const lan = await new LanStore(workspace).load(record.lan);
    return openLanSite({ fleet: record.name, lan, members, tasks: record.tasks }, context);
  }
  return openLocalSite(
    { workspace, fleet: record.name },
    members,
    isStarting ? await localPrograms(context) : null,
    context,
  );
}
