import { deviceTable } from '../../text/index.js';
import { openSession, pickedDevices, type PickOptions } from '../../session/index.js';

/** `collab device list`: the devices of a LAN, with the facts read at setup. */
export async function deviceList(options: PickOptions): Promise<void> {
  const { workspace, print } = openSession(options);
  const { lan, devices } = await pickedDevices(workspace, options);
  print(`LAN ${lan.name}\n${deviceTable(devices)}`, {
    ...lan.toJSON(),
    devices: devices.map((device) => device.toJSON()),
  });
}
