import { openFleet } from '../../../index.js';
import { chosenFleet, fleetMember, type FleetOptions, openSession } from '../../session/index.js';

export interface JoinFlags extends FleetOptions {
  member?: string;
}

/** `collab fleet join [address]`: lets a member join through another one, or come back after it left. */
export async function fleetJoin(address: string | undefined, flags: JoinFlags): Promise<void> {
  const { workspace, print } = openSession(flags);
  const fleet = await openFleet(workspace, await chosenFleet(workspace, flags));
  const joined = await (await fleetMember(fleet, flags.member)).join(address ?? null);
  const text =
    joined > 0
      ? `It reached ${joined} ${joined === 1 ? 'member' : 'members'}.`
      : 'It reached nobody yet, and goes on trying. See it: collab fleet members';
  print(text, { fleet: fleet.name, joined });
}
