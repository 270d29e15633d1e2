import { openFleet, openFleetStore } from '../../../index.js';
import { agrees, chosenFleet, type FleetOptions, openSession } from '../../session/index.js';

export interface ReplaceFlags extends FleetOptions {
  yes?: boolean;
}

/** `collab fleet replace <member>`: takes a keeper out that is gone, so that others hold its replicas, before its time is over. */
export async function fleetReplace(name: string, flags: ReplaceFlags): Promise<void> {
  const { workspace, emit, signal, say, print } = openSession(flags, 'events');
  const fleet = await openFleet(workspace, await chosenFleet(workspace, flags));
  await using store = await openFleetStore(fleet);
  const member = store.memberNamed(name);
  say(`${name} loses what it holds of the files. When it comes back, it starts with an empty disk.`);
  if (!(await agrees(flags.yes, `Replacing ${name} needs confirmation`, `Replace ${name}?`))) return;
  await store.replace(member, { emit, signal });
  print(`${name} is replaced: other keepers hold all its replicas.`, { fleet: fleet.name, replaced: name });
}
