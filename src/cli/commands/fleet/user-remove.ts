import { openOwnFleet, removeFleetUser } from '../../../index.js';
import { agrees, chosenFleet, type FleetOptions, openSession, throwIfFailed } from '../../session/index.js';

/** `collab fleet user remove <name>`: locks a user out. */
export async function fleetUserRemove(name: string, flags: FleetOptions & { yes?: boolean }): Promise<void> {
  const { workspace, clock, emit, signal, print } = openSession(flags, 'events');
  const fleet = await chosenFleet(workspace, flags);
  const { record } = await openOwnFleet(workspace, fleet);
  if (!(await agrees(flags.yes, `Removing ${name} needs confirmation`, `Lock ${name} out?`))) return;
  const { done, failures } = await removeFleetUser(record, name, { workspace, clock, emit, signal });
  print(`${name} is locked out of ${done.length} of ${record.members.length} members.`, {
    fleet,
    user: name,
    members: done.map(({ member }) => member.name),
  });
  const failed = failures.map(({ member, error }) => ({ device: member.name, error }));
  throwIfFailed(`${name} can still use`, failed, done.length);
}
