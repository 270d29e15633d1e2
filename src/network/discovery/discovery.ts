import type { CollabEvent, Emit } from '../../events.js';
import type { NetworkInterface } from './interfaces.js';

/** How a device was found: it announced itself, it stands in this machine's neighbor table, or a scan met it. */
export type How = 'mdns' | 'neighbor' | 'scan';

/** A device that answered, and how it was found. Text in it is made fit for a terminal. */
export interface FoundDevice {
  /** Name that it gives itself, e.g. `nano1.local`; its address when it gives none that is a host name. */
  host: string;
  /** IPv4 address on the network that was asked. */
  address: string;
  /** Port of its ssh server. */
  port: number;
  how: How;
  /** Name of the service instance, e.g. `nano1`; null when it announced none. */
  service: string | null;
  /** The login user that it names itself (TXT record `user=`). */
  user: string | null;
  /** Hardware address, in small letters with colons. */
  mac: string | null;
  /** Its name in the current LAN; null when it is new, or when nobody has looked it up (`recognize`). */
  known: string | null;
}

/** What one way saw of a device. The heavier sighting gives the name and the port, where several differ. */
export interface Sighting extends Omit<FoundDevice, 'known'> {
  weight: number;
}

export type DiscoveryEvent = CollabEvent &
  (
    | { kind: 'network.looking'; interfaces: string[]; seconds: number }
    | { kind: 'network.scanning'; interface: string; subnet: string; addresses: number }
    | { kind: 'network.found'; host: string; address: string; port: number; how: How }
  );

export interface FindOptions {
  /** Networks to ask on. */
  networks: readonly NetworkInterface[];
  /** How long to wait for answers to mDNS. */
  timeoutMs: number;
  /** Whether other machines may be probed without having announced themselves. */
  scan: boolean;
  emit: Emit<DiscoveryEvent>;
  /** Ends the search, with what was seen so far. */
  signal: AbortSignal;
}

/** A way to find devices. A new one is a file here and a line in `discover.ts`. */
export interface Discovery {
  readonly name: string;
  /** Tells every sighting when it is made; nothing seen is no error. @throws CollabError `discovery-failed` */
  find(options: FindOptions, see: (sighting: Sighting) => void): Promise<void>;
}
