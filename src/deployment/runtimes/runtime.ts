import type { ConnectedDevice } from '../../network/index.js';

/** Address of a port of a role instance, as its peers reach it. */
export interface PeerAddress {
  role: string;
  rank: number;
  ports: Record<string, { host: string; port: number }>;
}

/** What the wrapper is told: content of `role.json` in the role's folder (snake_case, as it is on disk). */
export interface RoleOrder {
  run_id: string;
  trial: number;
  repeat: number;
  warmup: boolean;
  role: string;
  rank: number;
  count: number;
  command: readonly string[];
  parameters: Readonly<Record<string, string | number | boolean>>;
  peers: readonly PeerAddress[];
  /** Ports that the role binds to, by name. */
  ports: Readonly<Record<string, number>>;
  ready: { log: string } | { port: string } | { helper: true } | null;
  sampling_s: number;
  /** Metrics that are only read when asked for. */
  metrics: readonly string[];
  /** How long power is measured before the command starts, where there is a sensor. */
  idle_s: number;
  /** Program that prints watts; null when the experiment names none. */
  meter: readonly string[] | null;
  /** Where the roles of the trial wait for each other; `listen` is set for the one whose wrapper they meet at. */
  meeting: { host: string; port: number; key: string; listen: string | null } | null;
  timeout_s: number;
  stop_grace_s: number;
}

export interface RoleStart {
  connected: ConnectedDevice;
  order: RoleOrder;
  /** Ports published on the device: the role's own port and the device's. */
  publish: readonly { container: number; host: number }[];
  /** Image to run, by id; unused by the process runtime. */
  imageId: string | null;
  /** Give it the device's GPU. */
  gpu: boolean;
  /** Folders of the device that it reads, by name. */
  data: readonly { name: string; path: string }[];
}

/** A role that was started. It goes on without us, writing to its folder on the device. */
export interface RunningRole {
  readonly connected: ConnectedDevice;
  readonly order: RoleOrder;
  /** Folder of the role on the device's own disk. */
  readonly folder: string;
  /** Whether the wrapper is alive; once it is not, `reason` says what is known of its end beside exit.json. */
  alive(): Promise<{ alive: boolean; reason: string | null }>;
  /** Asks the wrapper to stop and ends it when it does not within its grace. No error when it has ended. */
  stop(): Promise<void>;
  /** Removes what the runtime left on the device, the folder included. */
  remove(): Promise<void>;
}

/** How a role is run on a device. A new one is a file here and a line in the registry. */
export interface Runtime {
  readonly name: 'docker' | 'process';
  start(start: RoleStart): Promise<RunningRole>;
}

/** Where the role finds its data, by name: what role.json and `COLLAB_DATA` carry. */
export function dataPaths(
  data: RoleStart['data'],
  pathOf: (one: RoleStart['data'][number]) => string,
): Record<string, string> {
  return Object.fromEntries(data.map((one) => [one.name, pathOf(one)]));
}

/** Where a run keeps its folders on a device: below the login's home. */
export function deviceRunFolder(connected: ConnectedDevice, runId: string): string {
  return `${connected.device.facts.user.home}/.collab/runs/${runId}`;
}

export function deviceRoleFolder(connected: ConnectedDevice, order: RoleOrder): string {
  return `${deviceRunFolder(connected, order.run_id)}/${order.trial}/${order.role}-${order.rank}`;
}
