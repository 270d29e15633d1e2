import { formatBytes, type Device } from '../../index.js';
import { table } from './table.js';

/** Pure: how a device is reached, as it is typed. */
export function placeOf({ user, address, port }: Pick<Device, 'user' | 'address' | 'port'>): string {
  return `${user}@${address}${port === 22 ? '' : `:${port}`}`;
}

/** Pure: devices with the facts that were read when they were set up. */
export function deviceTable(devices: readonly Device[]): string {
  const rows = devices.map((device) => {
    const { name, tags, facts } = device;
    return [
      name,
      placeOf(device),
      facts.architecture,
      facts.os.name,
      facts.cores,
      formatBytes(facts.memoryBytes),
      facts.engine.available ? `Docker ${facts.engine.version}` : `none: ${facts.engine.reason}`,
      facts.macs[0]?.mac ?? '',
      tags.join(', '),
    ];
  });
  const headings = ['NAME', 'ADDRESS', 'ARCH', 'OS', 'CORES', 'MEMORY', 'ENGINE', 'MAC', 'TAGS'];
  return table(headings, rows);
}
