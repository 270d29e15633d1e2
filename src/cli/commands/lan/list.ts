import { CollabError, LanStore } from '../../../index.js';
import { openSession } from '../../session/index.js';
import { table } from '../../text/index.js';

/** `collab lan list`: the saved LANs, including those with a broken file. */
export async function lanList(options: { json?: boolean }): Promise<void> {
  const { workspace, print } = openSession(options);
  const lans = new LanStore(workspace);
  const current = await lans.currentName();
  const all = await Promise.all(
    (await lans.list()).map(async (name) => {
      const is = { name, current: name === current };
      try {
        const { devices } = await lans.load(name);
        return { ...is, devices: devices.map((device) => device.name), broken: null };
      } catch (error) {
        if (error instanceof CollabError) return { ...is, devices: [], broken: error.what };
        throw error;
      }
    }),
  );
  const rows = all.map((lan) => [
    lan.current ? '*' : '',
    lan.name,
    lan.devices.length,
    lan.broken ?? lan.devices.join(', '),
  ]);
  const text =
    all.length === 0
      ? 'No LAN is saved yet. Set one up with: collab setup'
      : table(['', 'NAME', 'DEVICES', ''], rows);
  print(text, { lans: all });
}
