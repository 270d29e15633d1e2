import { CollabError, CredentialStore, ExitCode, LanStore, type Workspace } from '../../index.js';

/** Flags that select a fleet. */
export interface FleetOptions {
  fleet?: string;
  local?: boolean;
  json?: boolean;
}

/** Name of the fleet of processes on this machine. */
export const localFleet = 'local';

/**
 * The name of the fleet that the flags select: the one of the current LAN, or else the only one of the workspace.
 * @throws CollabError `fleet-unknown`, `fleet-unclear`
 */
export async function chosenFleet(workspace: Workspace, options: FleetOptions): Promise<string> {
  if (options.local === true) return localFleet;
  if (options.fleet !== undefined) return options.fleet;
  const fleets = await new CredentialStore(workspace).list();
  const lans = new LanStore(workspace);
  const current = (await lans.list()).length === 0 ? null : (await lans.current()).name;
  if (current !== null && fleets.includes(current)) return current;
  const [only] = fleets;
  if (only !== undefined && fleets.length === 1) return only;
  if (only === undefined) {
    throw new CollabError('fleet-unknown', {
      what: 'This workspace has no fleet.',
      next: 'Make one of the devices of a LAN: collab fleet up. For a first try on this machine alone: collab fleet up --local',
      exitCode: ExitCode.usage,
    });
  }
  throw new CollabError('fleet-unclear', {
    what: 'This workspace has several fleets, and none of them is of the current LAN.',
    why: `They are ${fleets.join(', ')}.`,
    next: `Name one: --fleet ${only}`,
    exitCode: ExitCode.usage,
  });
}
