import { formatBytes, LanStore } from '../../../index.js';
import { openSession } from '../../session.js';
import { table } from '../../table.js';

/** `collab device list`: the devices of a LAN as they were when it was set up. */
export async function deviceList(options: { lan?: string; json?: boolean }): Promise<void> {
  const { workspace, print } = openSession(options);
  const lans = new LanStore(workspace);
  const lan = options.lan === undefined ? await lans.current() : await lans.load(options.lan);
  const rows = lan.devices.map(({ name, user, address, port, facts }) => [
    name,
    `${user}@${address}${port === 22 ? '' : `:${port}`}`,
    facts.architecture,
    facts.os.name,
    facts.cores,
    formatBytes(facts.memoryBytes),
    facts.engine.available ? `Docker ${facts.engine.version}` : `none: ${facts.engine.reason}`,
    facts.macs[0]?.mac ?? '',
  ]);
  const headings = ['NAME', 'ADDRESS', 'ARCH', 'OS', 'CORES', 'MEMORY', 'ENGINE', 'MAC'];
  print(`LAN ${lan.name}\n${table(headings, rows)}`, lan.toJSON());
}
