import type { TarFile } from '../archives/index.js';
import type { ImageEngine } from './image-engine.js';

export interface ContainerSpec {
  name: string;
  image: string;
  command?: readonly string[];
  /** `uid:gid`, numeric. */
  user?: string;
  env?: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
  /** Folder of the host, or name of a volume, to folder of the container. */
  mounts?: readonly { kind: 'folder' | 'volume'; source: string; target: string; readOnly?: boolean }[];
  /** Ports of the container published on every address of the host; TCP if they name no protocol. */
  ports?: readonly { container: number; host: number; protocol?: 'tcp' | 'udp' }[];
  /** How it gets access to the host's GPUs: by NVIDIA's runtime (Jetsons), or by a device request. */
  gpu?: 'nvidia-runtime' | 'device-request';
  /** Additional groups, numeric. */
  groups?: readonly string[];
  memoryBytes?: number;
  /** Size of /dev/shm, which counts toward the memory; the engine's default is 64 MiB. */
  shmBytes?: number;
  cpus?: number;
  /** Cores by number, e.g. `0` or `0,1`. */
  cpuSet?: string;
  pidsLimit?: number;
  /** All are dropped, then these are added. */
  capabilities: readonly string[];
  /** Security options; `no-new-privileges` is set unless `mayGainPrivileges`. */
  security?: readonly string[];
  mayGainPrivileges?: boolean;
  /** Name of a network, or `host` for that of the engine's machine. */
  network?: string;
  /** Fixed address on that network. */
  address?: string;
  hostname?: string;
  /** Lines of its hosts file, beside its own name. */
  hosts?: readonly HostName[];
  /** How it looks up other names. */
  resolver?: Resolver;
  /** Device files of the host, or folders of them, at the same path in the container. */
  devices?: readonly string[];
  /**
   * It runs again after it has ended, until `stop`, and in any case after the engine was restarted. Docker's `unless-stopped` will not do: an
   * engine that was killed stops what still runs when it starts, and takes that for the user's wish. Of its log, the newest 5 to 10 MB are kept.
   */
  restart?: 'always';
}

/** Whose the files are that `writeFiles` writes; numeric. */
export interface FileOwner {
  uid: number;
  gid: number;
}

/** A line of a hosts file. */
export interface HostName {
  name: string;
  /** IPv4 or IPv6. */
  address: string;
}

/** The content of a container's resolv.conf. Search domains are those of the host. */
export interface Resolver {
  /** Null: those that the engine chooses. */
  servers: readonly string[] | null;
  /** As in resolv.conf(5), e.g. `timeout:1`. */
  options: readonly string[];
}

export interface ContainerState {
  name: string;
  createdAt: Date;
  /** Also when it is paused. */
  running: boolean;
  paused: boolean;
  exitCode: number | null;
  outOfMemory: boolean;
  /** Address on the container's first network; null when it has none. */
  address: string | null;
  labels: Readonly<Record<string, string>>;
}

export interface NetworkSpec {
  name: string;
  bridge: string;
  subnet: string;
  labels: Readonly<Record<string, string>>;
}

/**
 * A container engine, here or on a device. Adapters: `dockerode.ts`; `fake-engine.ts` for unit tests.
 * All calls reject with a CollabError that names the device and the engine's message. What every adapter promises:
 * tests/conformance/engine.ts.
 */
export interface Engine extends ImageEngine {
  /** Name of the engine's device, for messages. */
  readonly device: string;
  version(): Promise<{ version: string; architecture: string }>;

  create(spec: ContainerSpec): Promise<string>;
  start(containerId: string): Promise<void>;
  /** Null when there is no such container. */
  inspect(containerId: string): Promise<ContainerState | null>;
  /**
   * Waits until a container does not run: one long request, so that it costs the device nothing meanwhile. Returns at
   * once when it has stopped or does not exist, and when the signal aborts. Rejects when the engine goes away.
   */
  waitForEnd(containerId: string, signal: AbortSignal): Promise<void>;
  /** The newest lines that the container printed. */
  logs(containerId: string, lines: number): Promise<string>;
  /** Content of a regular file of a container, running or not; null when there is none, or no such container. */
  readFile(containerId: string, path: string): Promise<Buffer | null>;
  /**
   * Writes files below an existing folder of a container, running or not, also into a volume that is mounted there.
   * Existing files are replaced, though not atomically: a reader can find a file missing or incomplete for a moment.
   * Missing folders in the names of files are made, with mode 755.
   * @param owner default root
   */
  writeFiles(
    containerId: string,
    folder: string,
    files: readonly TarFile[],
    owner?: FileOwner,
  ): Promise<void>;
  /** Sends SIGTERM, and SIGKILL after `graceS` seconds. No error when it has stopped or does not exist. */
  stop(containerId: string, graceS: number): Promise<void>;
  /** Ends a container at once, with SIGKILL; it is not started again by itself. No error when it has stopped or does not exist. */
  kill(containerId: string): Promise<void>;
  /** Freezes all processes of a running container until `unpause`. */
  pause(containerId: string): Promise<void>;
  /** Lets a paused container go on. No error when it is not paused or does not exist. */
  unpause(containerId: string): Promise<void>;
  /** Removes a container, running or not, with its anonymous volumes. No error when it does not exist. */
  remove(containerId: string): Promise<void>;
  /** Ids of all containers, running or not, that carry these labels. */
  find(labels: Readonly<Record<string, string>>): Promise<string[]>;

  /**
   * Creates an isolated bridge network.
   * @throws CollabError `subnet-taken` when its subnet overlaps one that the engine already uses
   */
  makeInternalNetwork(spec: NetworkSpec): Promise<void>;
  /** Subnets of all networks, also of those without a running container, whose interface is down. */
  subnets(): Promise<string[]>;
  /** Subnet of a network, e.g. `172.31.77.0/24`; null when there is no such network. */
  subnetOf(network: string): Promise<string | null>;
  removeNetwork(name: string): Promise<void>;
  removeVolume(name: string): Promise<void>;
  volumes(labels: Readonly<Record<string, string>>): Promise<string[]>;
  /** Makes a volume if there is none of this name. @returns its folder on the engine's machine */
  makeVolume(name: string, labels: Readonly<Record<string, string>>): Promise<string>;
}
