import { LanStore } from '../../../index.js';
import { chosenLan, openSession, type PickOptions } from '../../session/index.js';

/** `collab device remove <name>`: its host key stays in the known hosts, for other LANs. */
export async function deviceRemove(name: string, options: PickOptions): Promise<void> {
  const { workspace, print } = openSession(options);
  const { name: lan } = await chosenLan(workspace, options.lan);
  const left = await new LanStore(workspace).change(lan, (saved) => saved.withoutDevice(name));
  const names = left.devices.map((device) => device.name).join(', ');
  print(`Removed ${name} from LAN ${lan}. Devices left: ${names || 'none'}`, left.toJSON());
}
