import { deviceFacts } from '../../text/index.js';
import { chosenLan, openSession, type PickOptions } from '../../session/index.js';

/** `collab device show <name>`: all facts about a device. */
export async function deviceShow(name: string, options: PickOptions): Promise<void> {
  const { workspace, print } = openSession(options);
  const lan = await chosenLan(workspace, options.lan);
  const device = lan.device(name);
  const lines = deviceFacts(device, lan.name);
  print(lines.map(([label, value]) => `${label.padEnd(14)}${value}`).join('\n'), device.toJSON());
}
