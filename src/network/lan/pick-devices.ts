import { CollabError, ExitCode } from '../../errors.js';
import type { Device } from './device.js';
import type { LAN } from './lan.js';

/** Selects devices of a LAN for a command. */
export interface DevicePick {
  /** Names; default or empty: all devices. */
  only?: readonly string[] | undefined;
  /** Tags, all of which a device must have. */
  tags?: readonly string[] | undefined;
}

/**
 * The devices that `--only` and `--device-tag` select, in the order of the LAN.
 * @throws CollabError `unknown-device`; `no-device-picked`, which lists the existing tags.
 */
export function pickDevices(lan: LAN, { only = [], tags = [] }: DevicePick): Device[] {
  const named = only.map((name) => lan.device(name));
  const picked = lan.devices.filter(
    (device) =>
      (named.length === 0 || named.includes(device)) && tags.every((tag) => device.tags.includes(tag)),
  );
  if (picked.length > 0 || tags.length === 0) return picked;
  const known = [...new Set(lan.devices.flatMap((device) => device.tags))].sort();
  const among = named.length > 0 ? ` among ${named.map(({ name }) => name).join(', ')}` : '';
  throw new CollabError('no-device-picked', {
    what: `LAN ${lan.name} has no device with the tag ${tags.join(' and ')}${among}.`,
    why: known.length > 0 ? `Its devices have these tags: ${known.join(', ')}` : 'Its devices have no tags.',
    next: 'Tag a device: collab device edit <name> --tag <tag>',
    exitCode: ExitCode.usage,
  });
}
