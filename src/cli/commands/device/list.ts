import { deviceTable } from '../../text/devices.js';
import { pickedDevices, type PickOptions } from '../../session/picked-lan.js';
import { openSession } from '../../session/session.js';

/** `collab device list`: the devices of a LAN as they were when it was set up. */
export async function deviceList(options: PickOptions): Promise<void> {
  const { workspace, print } = openSession(options);
  const { lan, devices } = await pickedDevices(workspace, options);
  print(`LAN ${lan.name}\n${deviceTable(devices)}`, {
    ...lan.toJSON(),
    devices: devices.map((device) => device.toJSON()),
  });
}
