import { formatBytes, Lab, localEngine, rateText, type LabStatus } from '../../../index.js';
import { openSession } from '../../session/index.js';
import { table } from '../../text/index.js';

/** `collab lab status`. */
export async function labStatus(options: { name: string; json?: boolean }): Promise<void> {
  const { workspace, clock, print } = openSession(options);
  const status = await new Lab(options.name, await localEngine(), workspace, clock).status();
  print(labText(status), status);
}

/** Pure: a Lab for a reader. */
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
  const limit = uplink === null ? '' : `\nThis machine sends at most ${rateText(uplink)} to all together.`;
  const headings = ['NAME', 'ADDRESS', 'STATE', 'CORES', 'MEMORY', 'RATE', 'IMAGE STORE'];
  return `${place}${limit}\n${table(headings, rows)}`;
}
