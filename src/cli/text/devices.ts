import { formatBytes, type Controller, type Device, type LAN } from '../../index.js';
import { table } from './table.js';

/** The address of a device, as a user types it. */
export function placeOf({ user, address, port }: Pick<Device, 'user' | 'address' | 'port'>): string {
  return `${user}@${address}${port === 22 ? '' : `:${port}`}`;
}

/** Devices with the facts read at setup. */
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
  return table(headings, rows, undefined, ['MAC', 'OS', 'CORES', 'TAGS']);
}

/** The devices of a LAN after setup. */
export function setupTable({ devices }: LAN): string {
  const rows = devices.map(({ name, address, facts }) => [
    name,
    address,
    facts.architecture,
    facts.cores,
    formatBytes(facts.memoryBytes),
    facts.engine.available ? `Docker ${facts.engine.version}` : facts.engine.reason,
  ]);
  return table(['NAME', 'ADDRESS', 'ARCH', 'CORES', 'MEMORY', 'ENGINE'], rows);
}

const clocks = {
  synchronized: 'clock synchronized by NTP',
  'not-synchronized': 'clock not synchronized by NTP',
  unknown: 'clock synchronization unknown',
};

/** The controller on one line. */
export function controllerLine({ name, facts }: Pick<Controller, 'name' | 'facts'>): string {
  const { os, architecture, cores, memoryBytes, engine, ntp } = facts;
  const docker = engine.available ? `Docker ${engine.version}` : `no Docker: ${engine.reason}`;
  const parts = [os.name, architecture, `${cores} cores`, formatBytes(memoryBytes), docker, clocks[ntp]];
  return `This machine: ${name} (${parts.join(', ')})`;
}
