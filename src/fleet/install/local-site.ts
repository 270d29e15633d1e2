import { join } from 'node:path';
import type { Workspace } from '../../workspace/index.js';
import type { FleetContext, OpenSite } from './open-site.js';
import { type LocalPrograms, ProcessSite } from './process-site.js';
import type { FleetMember } from './record.js';

/**
 * Members as processes on this machine. Their state is beside the fleet's folder, which holds what a backup keeps.
 * @param programs null to look at members and to end them
 */
export function openLocalSite(
  { workspace, fleet }: { workspace: Workspace; fleet: string },
  members: readonly FleetMember[],
  programs: LocalPrograms | null,
  { clock }: Pick<FleetContext, 'clock'>,
): OpenSite {
  return {
    site: new ProcessSite(join(workspace.private, 'members', fleet), programs, clock),
    reached: members,
    failures: [],
    supply: () => Promise.resolve([]),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
