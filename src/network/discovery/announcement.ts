import { isIPv4 } from 'node:net';
import { plainText } from '../../errors.js';
import type { Sighting } from './discovery.js';
import { isOnNetwork, type NetworkInterface } from './interfaces.js';

/** The service types under which devices announce themselves, the most informative first. */
export const serviceTypes = ['ssh', 'collab', 'workstation'] as const;
export type ServiceType = (typeof serviceTypes)[number];

/** `_collab._tcp` and `_ssh._tcp` include the port of the ssh server; `_workstation._tcp` does not. */
const weights: Record<ServiceType, number> = { ssh: 4, collab: 3, workstation: 2 };

/** The announcement of a service. It comes from the network, so none of it is trusted. */
export interface Announcement {
  type: ServiceType;
  /** Name of the instance, e.g. `nano1`; for a workstation `nano1 [dc:a6:32:4f:81:c5]`. */
  name: string;
  host: string;
  port: number;
  addresses: readonly string[];
  /** Entries of the TXT record, `key=value`. */
  txt: readonly string[];
  /** Source address of the answer. */
  from: string | null;
}

/** Converts an announcement to a sighting on this network; null without an address there or without a port. */
export function sightingOf(announcement: Announcement, network: NetworkInterface): Sighting | null {
  const address = [...announcement.addresses, announcement.from ?? ''].find(
    (one) => isIPv4(one) && isOnNetwork(one, network),
  );
  if (address === undefined || address === network.address) return null;
  const port = announcement.type === 'workstation' ? 22 : announcement.port;
  if (!Number.isInteger(port) || port < 1 || port > 65535) return null;
  const host = plainText(announcement.host).trim();
  const user = announcement.txt.find((entry) => entry.startsWith('user='))?.slice('user='.length) ?? '';
  return {
    host: isHostName(host) ? host : address,
    address,
    port,
    how: 'mdns',
    service: instanceName(announcement.name),
    user: /^[a-z_][a-z0-9_.-]{0,31}$/i.test(user) ? user : null,
    mac: macIn(announcement),
    weight: weights[announcement.type],
  };
}

/** RFC 1123: labels of letters, digits and dashes. */
function isHostName(text: string): boolean {
  const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
  return text.length <= 253 && new RegExp(`^${label}(?:\\.${label})*$`).test(text);
}

/** Removes from an instance name, which is free text, everything that a terminal or a shell would interpret. */
function instanceName(text: string): string | null {
  const plain = plainText(text);
  // Avoids loading the Unicode tables for an ASCII name.
  const clean = (isAscii(plain) ? plain : plain.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu, ''))
    .replace(/[\x00-\x1f]/g, '')
    .replace(/[$`\\;&|<>"'(){}!*?]/g, '')
    .trim()
    .slice(0, 63);
  return clean === '' ? null : clean;
}

const isAscii = (text: string) => /^[\x00-\x7e]*$/.test(text);

function macIn({ type, name }: Announcement): string | null {
  const mac = type === 'workstation' ? /\[((?:[0-9a-f]{2}:){5}[0-9a-f]{2})\]$/i.exec(name)?.[1] : undefined;
  return mac?.toLowerCase() ?? null;
}
