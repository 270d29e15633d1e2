import { LanStore, listBases, pickDevices } from '../../../index.js';
import { basesText } from '../../bases-text.js';
import { chosenLan, type PickOptions } from '../../picked-lan.js';
import { openSession } from '../../session.js';

/** `collab images list`: the base images, and which device of the LAN each fits. Without a LAN, the images alone. */
export async function imagesList(options: PickOptions): Promise<void> {
  const { workspace, print } = openSession(options);
  const none = options.lan === undefined && (await new LanStore(workspace).list()).length === 0;
  const devices = none
    ? []
    : pickDevices(await chosenLan(workspace, options.lan), { only: options.only, tags: options.tag });
  const bases = await listBases(workspace, devices);
  print(basesText(bases), { bases });
}
