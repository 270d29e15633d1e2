import { resolve } from 'node:path';
import { addDevice } from '../../../index.js';
import { parseDeviceAddress } from '../../device-address.js';
import { deviceTable } from '../../device-table.js';
import { chosenLan } from '../../picked-lan.js';
import { canAsk, cannotAsk, confirm } from '../../prompts.js';
import { openSession } from '../../session.js';

export interface AddOptions {
  lan?: string;
  name?: string;
  tag: string[];
  key?: string;
  yes?: boolean;
  json?: boolean;
}

/** `collab device add user@host`: logs in, reads its facts and adds it to the LAN. */
export async function deviceAdd(address: string, options: AddOptions): Promise<void> {
  const { workspace, emit, signal, say, print } = openSession(options);
  const lan = await chosenLan(workspace, options.lan);
  const target = {
    ...parseDeviceAddress(address),
    keyPath: options.key === undefined ? null : resolve(options.key),
    ...(options.name !== undefined && { name: options.name }),
  };
  const device = await addDevice({
    ...{ lan, target, tags: options.tag, workspace, emit, signal },
    mayTrust: async (place, key) => {
      say(`${place} shows the host key ${key}`);
      if (options.yes === true) return true;
      if (!canAsk()) throw cannotAsk(`Whether to trust the host key of ${place}`, '--yes');
      return confirm('Trust it, and record it?');
    },
  });
  print(deviceTable([device]), device.toJSON());
}
