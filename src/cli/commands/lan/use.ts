import { LanStore } from '../../../index.js';
import { openSession } from '../../session/index.js';

/** `collab lan use <name>`: makes it the current LAN. */
export async function lanUse(name: string, options: { json?: boolean }): Promise<void> {
  const { workspace, print } = openSession(options);
  const lans = new LanStore(workspace);
  const { devices } = await lans.load(name);
  await lans.use(name);
  const names = devices.map((device) => device.name);
  print(`LAN ${name} is now the current LAN: ${names.join(', ') || 'no devices'}`, { name, devices: names });
}
