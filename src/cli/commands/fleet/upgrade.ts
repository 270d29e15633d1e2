import { fleetUp, type FleetUpFlags } from './up.js';

/** `collab fleet upgrade`: moves a fleet to this version of collab, one member at a time. */
export async function fleetUpgrade(flags: FleetUpFlags): Promise<void> {
  await fleetUp(flags, 1);
}
