import { isIPv4 } from 'node:net';
import { plainText } from '../../errors.js';
import type { Sighting } from './discovery.js';
import { isOnNetwork, type NetworkInterface } from './interfaces.js';

/** The services that devices announce themselves by, most telling first. */
export const serviceTypes = ['ssh', 'collab', 'workstation'] as const;
export type ServiceType = (typeof serviceTypes)[number];

/** `_collab._tcp` and `_ssh._tcp` name the port of the ssh server; a workstation names none. */
const weights: Record<ServiceType, number> = { ssh: 4, collab: 3, workstation: 2 };

/** What a service says of itself. All of it comes from the network: nothing here is to be trusted. */
export interface Announcement {
  type: ServiceType;
  /** Name of the instance, e.g. `nano1`, or of a workstation `nano1 [dc:a6:32:4f:81:c5]`. */
  name: string;
  host: string;
  port: number;
  addresses: readonly string[];
  /** Entries of the TXT record, `key=value`. */
  txt: readonly string[];
  /** Address that the answer came from. */
  from: string | null;
}

/** What a service says, as far as it fits this network; null when it has no address there, or no port. */
export function sightingOf(said: Announcement, network: NetworkInterface): Sighting | null {
  const address = [...said.addresses, said.from ?? ''].find(
    (one) => isIPv4(one) && isOnNetwork(one, network),
  );
  if (address === undefined || address === network.address) return null;
  const port = said.type === 'workstation' ? 22 : said.port;
  if (!Number.isInteger(port) || port < 1 || port > 65535) return null;
  const host = plainText(said.host).trim();
  const user = said.txt.find((entry) => entry.startsWith('user='))?.slice('user='.length) ?? '';
  return {
    host: isHostName(host) ? host : address,
    address,
    port,
    how: 'mdns',
    service: instanceName(said.name),
    user: /^[a-z_][a-z0-9_.-]{0,31}$/i.test(user) ? user : null,
    mac: macIn(said),
    weight: weights[said.type],
  };
}

/** RFC 1123: labels of letters, digits and dashes. */
function isHostName(text: string): boolean {
  const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
  return text.length <= 253 && new RegExp(`^${label}(?:\\.${label})*$`).test(text);
}

/** An instance name is free text: what a terminal or a shell would act on, when pasted, is taken out. */
function instanceName(text: string): string | null {
  const plain = plainText(text);
  // The tables of Unicode are loaded only for a name that needs them.
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
