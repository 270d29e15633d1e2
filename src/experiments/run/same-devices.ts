import type { RunRecord } from '../../logs/index.js';
import type { LAN } from '../../network/index.js';
import type { Pin } from '../plan/index.js';

/** Where each role was. */
export const pinsOf = ({ placement }: RunRecord): Pin[] =>
  placement.map(({ role, rank, device }) => ({ role, rank, device }));

/** Why the devices of a run are not those of a LAN; empty if all are there under their names. */
export function missingDevices({ devices }: RunRecord, lan: LAN): string[] {
  const known = new Map(lan.devices.map((device) => [device.id, device.name]));
  return devices.flatMap(({ name, id }) => {
    const now = known.get(id);
    if (now === name) return [];
    return [
      now === undefined
        ? `The LAN ${lan.name} has no device ${name} with the host key ${id}.`
        : `${name} is called ${now} now.`,
    ];
  });
}
