import { CollabError, ExitCode } from '../../errors.js';
import type { Emit } from '../../events.js';
import type { Workspace } from '../../workspace/index.js';
import { type Device, type LAN, LanStore, uniqueName } from '../lan/index.js';
import { enrollAll, type EnrollPrompts } from './enroll-all.js';
import type { EnrollEvent, EnrollTarget } from './enroll.js';
import { KnownHosts } from '../ssh/index.js';

export interface AddDeviceOptions extends EnrollPrompts {
  lan: LAN;
  target: EnrollTarget;
  tags: readonly string[];
  workspace: Workspace;
  emit: Emit<EnrollEvent>;
  signal?: AbortSignal;
}

/**
 * Logs in to a device, reads its facts and saves it in the LAN.
 * @throws CollabError `not-trusted`, `device-not-unique` (with both fingerprints), and the errors of `enroll`
 */
export async function addDevice(options: AddDeviceOptions): Promise<Device> {
  const { lan, target, tags, workspace, emit } = options;
  const knownHosts = new KnownHosts(workspace.knownHostsOf(lan.name));
  const [answer] = await enrollAll([target], { ...options, knownHosts });
  if (answer === undefined) throw new TypeError('One target gives one answer.');
  if ('error' in answer) throw answer.error;
  const found = answer.device;
  const twin = lan.devices.find(({ id }) => id === found.id);
  if (twin) throw alreadyThere(lan, found, twin);
  const taken = [lan.controller, ...lan.devices].map(({ name }) => name);
  const name = target.name ?? uniqueName(found.name, taken);
  const device = found.with({ name, tags: [...new Set(tags)] });
  await new LanStore(workspace).change(lan.name, (saved) => saved.withDevice(device));
  emit({ kind: 'network.enrolled', address: device.address, device: device.name });
  return device;
}

function alreadyThere(lan: LAN, found: Device, twin: Device): CollabError {
  return new CollabError('device-not-unique', {
    what: `The device at ${found.address} is already in LAN ${lan.name}, as ${twin.name}.`,
    why: `${found.address} presents the host key ${found.id}\n${twin.name} at ${twin.address} has the host key ${twin.id}`,
    next: `Change it with: collab device edit ${twin.name}. If they are two devices with copies of one disk image, create new keys on one of them: sudo rm /etc/ssh/ssh_host_*; sudo ssh-keygen -A; sudo systemctl restart ssh`,
    exitCode: ExitCode.usage,
  });
}
