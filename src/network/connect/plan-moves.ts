import { CollabError, ExitCode } from '../../errors.js';
import type { Device } from '../lan/index.js';
import type { HostKey } from '../ssh/index.js';

/** A device that is not where it was, and the fingerprints of its host keys. */
export interface Sought {
  device: Device;
  fingerprints: readonly string[];
}

/** An ssh server that answers, with the key that it shows and its MAC where this machine's neighbor table has it. */
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
 * Decides where each device is now. Its host key says who it is; its MACs tell one device on two networks from
 * two that share a key, and a device that was installed anew from one that is gone.
 */
export function planMoves(sought: readonly Sought[], candidates: readonly Candidate[]): Finding[] {
  return sought.map(({ device, fingerprints }): Finding => {
    const own = device.facts.macs.map(({ mac }) => mac.toLowerCase());
    const hasMac = ({ mac }: Candidate) => mac !== null && own.includes(mac);
    const claiming = candidates.filter(({ key }) => fingerprints.includes(key.fingerprint));
    const byMac = claiming.filter(hasMac);
    const [to, second] = byMac.length > 0 ? byMac : claiming;
    if (to && second && byMac.length === 0)
      return { kind: 'refused', device, error: twins(device, claiming) };
    if (to) return { kind: 'moved', device, to };
    const anew = candidates.find(hasMac);
    if (anew) return { kind: 'refused', device, error: installedAnew(device, anew) };
    return { kind: 'not-found', device };
  });
}

const exitCode = ExitCode.deviceUnreachable;

function twins(device: Device, claiming: readonly Candidate[]): CollabError {
  const places = claiming.map(
    ({ address, port, key, mac }) =>
      `${address}, port ${port}${mac === null ? '' : ` (MAC ${mac})`} shows ${key.type} ${key.fingerprint}`,
  );
  return new CollabError('device-not-unique', {
    what: `${claiming.length} machines claim to be ${device.name}. No login was tried.`,
    why: [`${device.name} was saved with the host key ${device.id}`, ...places].join('\n'),
    next: `If they were copied from one disk image, give one new keys (sudo rm /etc/ssh/ssh_host_*; sudo ssh-keygen -A). If it is one device: collab device edit ${device.name} --address <address>`,
    exitCode,
  });
}

function installedAnew(device: Device, { address, port, key, mac }: Candidate): CollabError {
  const place = port === 22 ? address : `${address}:${port}`;
  return new CollabError('device-installed-anew', {
    what: `${device.name} seems to be at ${address} now, with another host key. No login was tried.`,
    why: [
      `${mac ?? ''} is a MAC address of ${device.name}`,
      `${device.name} was saved with the host key ${device.id}`,
      `${address} shows ${key.type} ${key.fingerprint}`,
    ].join('\n'),
    next: `If you installed it anew: collab device remove ${device.name}; collab device add ${device.user}@${place} --name ${device.name}`,
    exitCode,
  });
}
