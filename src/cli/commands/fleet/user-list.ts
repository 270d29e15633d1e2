import { openOwnFleet } from '../../../index.js';
import { chosenFleet, type FleetOptions, openSession } from '../../session/index.js';
import { table } from '../../text/index.js';

/** `collab fleet user list`: who may use the fleet. */
export async function fleetUserList(flags: FleetOptions): Promise<void> {
  const { workspace, print } = openSession(flags);
  const fleet = await chosenFleet(workspace, flags);
  const { credentials } = await openOwnFleet(workspace, fleet);
  const { users, version } = await credentials.access();
  const own = await credentials.user();
  const rows = users.map(({ name, role }) => [name, role, name === own ? 'you' : '']);
  print(table(['USER', 'ROLE', ''], rows), {
    fleet,
    version,
    users: users.map(({ name, role }) => ({ name, role, own: name === own })),
  });
}
