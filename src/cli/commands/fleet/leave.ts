import { openFleet } from '../../../index.js';
import { chosenFleet, fleetMember, type FleetOptions, openSession } from '../../session/index.js';

/** `collab fleet leave <member>`: lets a member leave; the others see that it left, and did not fail. */
export async function fleetLeave(name: string, flags: FleetOptions): Promise<void> {
  const { workspace, print } = openSession(flags);
  const fleet = await openFleet(workspace, await chosenFleet(workspace, flags));
  await (await fleetMember(fleet, name)).leave();
  print(`${name} left. It comes back with: collab fleet join --member ${name}`, {
    fleet: fleet.name,
    left: name,
  });
}
