import { LanStore, pickDevices, type Device, type LAN, type Workspace } from '../../index.js';

/** The flags that say which devices of which LAN. */
export interface PickOptions {
  lan?: string;
  only?: string[];
  tag?: string[];
  json?: boolean;
}

/** The LAN that is named, else the current one. */
export function chosenLan(workspace: Workspace, name: string | undefined): Promise<LAN> {
  const lans = new LanStore(workspace);
  return name === undefined ? lans.current() : lans.load(name);
}

/** The LAN and those of its devices that the flags pick. */
export async function pickedDevices(
  workspace: Workspace,
  options: PickOptions,
): Promise<{ lan: LAN; devices: Device[] }> {
  const lan = await chosenLan(workspace, options.lan);
  return { lan, devices: pickDevices(lan, { only: options.only, tags: options.tag }) };
}
