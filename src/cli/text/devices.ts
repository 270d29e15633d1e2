import { formatBytes, type Controller, type Device, type LAN } from '../../index.js';
import { table } from './table.js';

/** The address of a device, as a user types it. */
export function placeOf({ user, address, port }: Pick<Device, 'user' | 'address' | 'port'>): string {
  return `${user}@${address}${port === 22 ? '' : `:${port}`}`;
}

/** All that is known about a device of a LAN, each with its label. */
export function deviceFacts(device: Device, lan: string): [label: string, value: string][] {
  const { facts } = device;
  const { engine } = facts;
  return [
    ['name', device.name],
    ['lan', lan],
    ['address', placeOf(device)],
    ...device.via.map((hop): [string, string] => ['jump host', placeOf({ ...hop, address: hop.host })]),
    ['host key', device.id],
    ['login key', device.keyPath ?? 'the ssh agent, then the keys in ~/.ssh'],
    ['tags', device.tags.join(', ') || 'none'],
    ['host name', facts.hostname],
    ['model', facts.model ?? 'unknown'],
    ['system', `${facts.os.name}, kernel ${facts.kernel}, ${facts.architecture}`],
    ['cores', String(facts.cores)],
    ['memory', formatBytes(facts.memoryBytes)],
    ['disk free', diskText(facts)],
    ['accelerators', [...facts.accelerators, ...facts.cudaDevices].join(', ') || 'none'],
    ['engine', engine.available ? `Docker ${engine.version}, ${engine.storageDriver}` : engine.reason],
    ['runtimes', engine.available ? engine.runtimes.join(', ') : 'none'],
    ['python3', facts.python ?? 'none'],
    ...facts.macs.map((one): [string, string] => ['mac', `${one.mac} (${one.interface})`]),
  ];
}

function diskText({ diskFreeBytes, diskTotalBytes }: Device['facts']): string {
  const free = formatBytes(diskFreeBytes);
  return diskTotalBytes === null ? free : `${free} of ${formatBytes(diskTotalBytes)}`;
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
