import { z } from 'zod';
import type { CollabError } from '../../errors.js';
import type { Emit } from '../../events.js';
import type { FindAgainEvent } from '../../logs/index.js';
import { deviceFacts, type DeviceFacts } from '../facts/index.js';
import type { Shell } from '../shell/index.js';
import {
  connectSsh,
  hopOf,
  hopRecord,
  type HostKeys,
  type Login,
  recordOf,
  type Trust,
} from '../ssh/index.js';

/** A name that is safe in file names, labels and on the command line. */
export const deviceName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    'a device name consists of letters, digits, dots, dashes and underscores',
  );

/** A device, as stored in a LAN file. */
export const deviceRecord = z.object({
  name: deviceName,
  /** Fingerprint of its ssh host key, `SHA256:...`; for the controller, its MAC address. */
  id: z.string().min(1),
  address: z.string().min(1),
  port: z.number().int().min(1).max(65535),
  user: z.string().min(1),
  key_path: z.string().nullable(),
  /** Jump hosts, starting from the controller; omitted for a direct connection. */
  via: z.array(hopRecord).default([]),
  /** Name of its lines in known_hosts; omitted if that is its address. */
  host_key_alias: z.string().min(1).nullable().default(null),
  tags: z.array(z.string()),
  facts: deviceFacts,
});
export type DeviceRecord = z.input<typeof deviceRecord>;

export interface DeviceFields {
  name: string;
  id: string;
  address: string;
  port: number;
  user: string;
  keyPath: string | null;
  via?: readonly Login[];
  hostKeyAlias?: string | null;
  tags: string[];
  facts: DeviceFacts;
}

export interface ConnectOptions {
  knownHosts: HostKeys;
  /** Default `known-only`. */
  trust?: Trust;
  signal?: AbortSignal;
}

export interface ReachOptions {
  /** Told of a search for the device, and of a new address. */
  emit?: Emit<FindAgainEvent>;
  signal?: AbortSignal;
}

/** A device with an open connection. Dispose of it (`await using`) or close it when done. */
export interface ConnectedDevice extends AsyncDisposable {
  readonly device: Device;
  readonly shell: Shell;
  /** Calls `listener` once when the connection is lost or closed. @returns a function that removes it. */
  onLost(listener: (error: CollabError) => void): () => void;
  /** When it was last heard of, by this machine's clock. */
  lastHeardAt(): Date;
  /**
   * Resolves when it can be used: at once while it is connected, else after one try to connect again where that is possible.
   * @throws CollabError why it cannot be used
   */
  reach(options?: ReachOptions): Promise<void>;
  /** Closes the connection. Closing it again has no effect. */
  close(): Promise<void>;
}

/** A machine on the network that can run a role. Its identity is a stable id, not its address. */
export class Device implements DeviceFields {
  readonly name: string;
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly keyPath: string | null;
  readonly via: readonly Login[];
  readonly hostKeyAlias: string | null;
  readonly tags: string[];
  readonly facts: DeviceFacts;

  constructor(fields: DeviceFields) {
    this.name = fields.name;
    this.id = fields.id;
    this.address = fields.address;
    this.port = fields.port;
    this.user = fields.user;
    this.keyPath = fields.keyPath;
    this.via = fields.via ?? [];
    this.hostKeyAlias = fields.hostKeyAlias ?? null;
    this.tags = fields.tags;
    this.facts = fields.facts;
  }

  static fromJSON(json: unknown): Device {
    return new Device(fieldsOf(json));
  }

  /** A copy of the device with some fields changed. */
  with(changed: Partial<DeviceFields>): Device {
    return new Device({ ...fieldsOf(this.toJSON()), ...changed });
  }

  /** How to log in to it. */
  get login(): Login {
    const { address: host, port, user, keyPath, via, hostKeyAlias } = this;
    return { host, port, user, keyPath, via, hostKeyAlias };
  }

  /**
   * Opens an ssh connection to the device.
   * @throws CollabError as `connectSsh` does; `other-device` if another device answers.
   */
  async connect({ knownHosts, trust = 'known-only', signal }: ConnectOptions): Promise<ConnectedDevice> {
    const target = { ...this.login, deviceId: this.id };
    const shell = await connectSsh({ ...target, knownHosts, trust, ...(signal && { signal }) });
    const close = () => {
      shell.close();
      return Promise.resolve();
    };
    return {
      device: this,
      shell,
      onLost: (listener) => shell.onClose(listener),
      lastHeardAt: () => shell.heardAt,
      reach: () => Promise.resolve(),
      close,
      [Symbol.asyncDispose]: close,
    };
  }

  toJSON(): DeviceRecord {
    const { name, id, address, port, user, keyPath, via, hostKeyAlias, tags, facts } = this;
    return {
      name,
      id,
      address,
      port,
      user,
      key_path: keyPath,
      ...(via.length > 0 && { via: via.map(recordOf) }),
      ...(hostKeyAlias !== null && { host_key_alias: hostKeyAlias }),
      tags,
      facts,
    };
  }
}

/** Reads a device's fields from JSON. @throws ZodError if they are invalid. */
export function fieldsOf(json: unknown): DeviceFields {
  const { key_path, via, host_key_alias, ...record } = deviceRecord.parse(json);
  return { ...record, keyPath: key_path, via: via.map(hopOf), hostKeyAlias: host_key_alias };
}

/** Derives a device name from a host name: without the domain, and safe in file names and labels. */
export function nameFrom(hostname: string): string {
  const name = hostname
    .replace(/\..*$/, '')
    .replace(/[^A-Za-z0-9_-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 63);
  return deviceName.safeParse(name).success ? name : 'device';
}
