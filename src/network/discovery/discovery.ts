import type { Emit } from '../../events.js';
import type { NetworkInterface } from './interfaces.js';

/** How a device was found: by its announcement, in this machine's neighbor table, or by a scan. */
export type How = 'mdns' | 'neighbor' | 'scan';

/** A device that answered, and how it was found. Its texts are safe to print on a terminal. */
export interface FoundDevice {
  /** The host name that it announces, e.g. `nano1.local`; its address if it announces no valid host name. */
  host: string;
  /** IPv4 address on the searched network. */
  address: string;
  /** Port of its ssh server. */
  port: number;
  how: How;
  /** Name of the service instance, e.g. `nano1`; null if it announced none. */
  service: string | null;
  /** The login user that it announces (TXT record `user=`). */
  user: string | null;
  /** Hardware address, in lowercase with colons. */
  mac: string | null;
  /** Its name in the current LAN; null if it is new or was not looked up with `recognize`. */
  known: string | null;
}

/** What one method found out about a device. If several differ, the one with the highest weight gives the name and the port. */
export interface Sighting extends Omit<FoundDevice, 'known'> {
  weight: number;
}

/** What happens while devices are looked for. */
export type DiscoveryEvent =
  | { kind: 'network.looking'; interfaces: string[]; seconds: number }
  | { kind: 'network.scanning'; interface: string; subnet: string; addresses: number }
  | { kind: 'network.found'; host: string; address: string; port: number; how: How };

export interface FindOptions {
  /** Networks to search. */
  networks: readonly NetworkInterface[];
  /** How long to wait for mDNS answers. */
  timeoutMs: number;
  /** Whether to probe machines that did not announce themselves. */
  scan: boolean;
  emit: Emit<DiscoveryEvent>;
  /** Ends the search and keeps what was found so far. */
  signal: AbortSignal;
}

/** A discovery method. To add one, add a file here and a line to `discover.ts`. */
export interface Discovery {
  readonly name: string;
  /** Calls `see` for each sighting. Finding nothing is not an error. @throws CollabError `discovery-failed` */
  find(options: FindOptions, see: (sighting: Sighting) => void): Promise<void>;
}
