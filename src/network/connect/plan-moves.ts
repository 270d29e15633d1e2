import { CollabError, ExitCode } from '../../errors.js';
import type { Device } from '../lan/index.js';
import type { HostKey } from '../ssh/index.js';

/** A device that is not at its saved address, and the fingerprints of its host keys. */
export interface MissingDevice {
  device: Device;
  fingerprints: readonly string[];
}

/** An ssh server that answers, with the key that it presents, and its MAC if this machine's neighbor table has it. */
export interface Candidate {
  address: string;
  port: number;
  key: HostKey;
  mac: string | null;
}

export type Finding =
  | { kind: 'moved'; device: Device; to: Candidate }
  | { kind: 'refused'; device: Device; error: CollabError }
  | { kind: 'not-found'; device: Device };

/**
 * Decides where each device is now. Its host key identifies it. Its MACs distinguish one device on two networks from two
 * devices with the same key, and a reinstalled device from an absent one.
 */
export function planMoves(missing: readonly MissingDevice[], candidates: readonly Candidate[]): Finding[] {
  return missing.map(({ device, fingerprints }): Finding => {
    const own = device.facts.macs.map(({ mac }) => mac.toLowerCase());
    const hasMac = ({ mac }: Candidate) => mac !== null && own.includes(mac);
    const claiming = candidates.filter(({ key }) => fingerprints.includes(key.fingerprint));
    const byMac = claiming.filter(hasMac);
    const [to, second] = byMac.length > 0 ? byMac : claiming;
    if (to && second && byMac.length === 0)
      return { kind: 'refused', device, error: twins(device, claiming) };
    if (to) return { kind: 'moved', device, to };
    const reinstalled = candidates.find(hasMac);
    if (reinstalled) return { kind: 'refused', device, error: reinstalledError(device, reinstalled) };
    return { kind: 'not-found', device };
  });
}

const exitCode = ExitCode.deviceUnreachable;

function twins(device: Device, claiming: readonly Candidate[]): CollabError {
  const places = claiming.map(
    ({ address, port, key, mac }) =>
      `${address}, port ${port}${mac === null ? '' : ` (MAC ${mac})`} presents ${key.type} ${key.fingerprint}`,
  );
  return new CollabError('device-not-unique', {
    what: `${claiming.length} machines present the host key of ${device.name}. No login was tried.`,
    why: [`${device.name} was saved with the host key ${device.id}`, ...places].join('\n'),
    next: `If they are copies of one disk image, create new keys on one of them (sudo rm /etc/ssh/ssh_host_*; sudo ssh-keygen -A). If it is one device: collab device edit ${device.name} --address <address>`,
    exitCode,
  });
}

function reinstalledError(device: Device, { address, port, key, mac }: Candidate): CollabError {
  const place = port === 22 ? address : `${address}:${port}`;
  return new CollabError('device-installed-anew', {
    what: `${device.name} seems to be at ${address} now, with another host key. No login was tried.`,
    why: [
      `${mac ?? ''} is a MAC address of ${device.name}`,
      `${device.name} was saved with the host key ${device.id}`,
      `${address} presents ${key.type} ${key.fingerprint}`,
    ].join('\n'),
    next: `If you reinstalled it: collab device remove ${device.name}; collab device add ${device.user}@${place} --name ${device.name}`,
    exitCode,
  });
}
