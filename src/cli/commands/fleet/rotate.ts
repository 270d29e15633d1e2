import { openFleetSite, openOwnFleet, partsOf, rotateGossipKey } from '../../../index.js';
import { chosenFleet, type FleetOptions, openSession, throwIfFailed } from '../../session/index.js';

/** `collab fleet rotate`: gives the fleet another gossip key without stopping it. */
export async function fleetRotate(flags: FleetOptions): Promise<void> {
  const { workspace, clock, emit, signal, print } = openSession(flags, 'events');
  const { record, credentials } = await openOwnFleet(workspace, await chosenFleet(workspace, flags));
  const context = { workspace, clock, emit, signal };
  await using open = await openFleetSite(record, record.members, context);
  const { done, failures } = await rotateGossipKey(open, await partsOf(record, credentials), context);
  print(`${done.length} of ${record.members.length} members use another gossip key.`, {
    fleet: record.name,
    members: done.map(({ member }) => member.name),
  });
  const failed = failures.map(({ member, error }) => ({ device: member.name, error }));
  throwIfFailed('Could not give the new key to', failed, done.length);
}
