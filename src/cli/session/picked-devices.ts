import { LanStore, pickDevices, type Device, type LAN, type Workspace } from '../../index.js';

/** Flags that select devices of a LAN. */
export interface PickOptions {
  lan?: string;
  only?: string[];
  deviceTag?: string[];
  json?: boolean;
}

/** The named LAN, or the current one. */
export function chosenLan(workspace: Workspace, name: string | undefined): Promise<LAN> {
  const lans = new LanStore(workspace);
  return name === undefined ? lans.current() : lans.load(name);
}

/** The LAN and those of its devices that the flags select. */
export async function pickedDevices(
  workspace: Workspace,
  options: PickOptions,
): Promise<{ lan: LAN; devices: Device[] }> {
  const lan = await chosenLan(workspace, options.lan);
  return { lan, devices: pickDevices(lan, { only: options.only, tags: options.deviceTag }) };
}
