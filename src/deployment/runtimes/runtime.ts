import type { RoleOrder } from '../../logs/index.js';
import type { ConnectedDevice } from '../../network/index.js';

export type { RoleOrder };

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
