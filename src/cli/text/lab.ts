import { formatBytes, rateText, type LabStatus } from '../../index.js';
import { table } from './table.js';

/** The devices of a Lab and their limits. */
export function labText(status: LabStatus): string {
  if (status.interface === null && status.devices.length === 0) return `Lab ${status.name} is down.`;
  const rows = status.devices.map((device) => [
    device.name,
    device.address,
    device.running ? 'up' : 'stopped',
    device.cpus,
    formatBytes(device.memoryBytes),
    rateText(device.rateBitsPerS),
    device.store,
  ]);
  const place = `Lab ${status.name} on the bridge ${status.interface ?? ''} (${status.subnet ?? ''})`;
  const uplink = status.devices.find(({ uplinkBitsPerS }) => uplinkBitsPerS !== null)?.uplinkBitsPerS ?? null;
  const limit =
    uplink === null ? '' : `\nThis machine sends at most ${rateText(uplink)} to all devices together.`;
  const headings = ['NAME', 'ADDRESS', 'STATE', 'CORES', 'MEMORY', 'RATE', 'IMAGE STORE'];
  return `${place}${limit}\n${table(headings, rows)}`;
}
