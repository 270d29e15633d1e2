/** A device that answered, and how it was found. */
export interface FoundDevice {
  /** Name that it gives itself, e.g. `nano1.local` */
  host: string;
  /** IPv4 address on the network that was asked. */
  address: string;
  /** Port of its ssh server. */
  port: number;
  how: 'mdns';
  /** Name of the service instance, e.g. `nano1` */
  service: string;
  /** The login user that it names itself (TXT record `user=`), when it does. */
  user?: string;
}

export interface FindOptions {
  /** Names of the interfaces to ask on. */
  interfaces: readonly string[];
  /** How long to wait for answers. */
  timeoutMs: number;
  /** Stop as soon as this many devices were found. */
  expect?: number;
  signal?: AbortSignal;
}

/** A way to find devices. A new one is a file here and a line in `discover.ts`. */
export interface Discovery {
  readonly name: string;
  /** All that answered; none is no error. @throws CollabError `unknown-interface`, `discovery-failed` */
  find(options: FindOptions): Promise<FoundDevice[]>;
}
