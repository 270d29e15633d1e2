import type { Clock } from '../../events.js';
import {
  attemptName,
  orderIn,
  processName,
  roleFiles,
  roleFileText,
  type RoleOrder,
  type RunRecord,
  warmFolder,
} from '../../logs/index.js';
import type { ConnectedDevice } from '../../network/index.js';
import type { TarFile } from '../archives/index.js';
import type { Engine, HostName } from '../engine/index.js';
import type { News } from './news.js';
import { ownFolder } from './own-folder.js';
import type { SharedFiles } from './shared-files.js';

export type { RoleOrder };

export interface RoleStart {
  connected: ConnectedDevice;
  order: RoleOrder;
  /** Ports published on the device: the role's own port and the device's. */
  publish: readonly { container: number; host: number; protocol: 'tcp' | 'udp' }[];
  /** Image to run, by id; null for a runtime that needs none. */
  imageId: string | null;
  /** Use the device's network, where nothing is published. Default: what the runtime gives every role. */
  network?: 'own' | 'host';
  /** Give it the device's GPU. */
  gpu: boolean;
  /** Variables that it gets, beside those of all roles. */
  env?: Readonly<Record<string, string>>;
  /** Folders of the device that it reads, by name. */
  data: readonly { name: string; path: string }[];
  /** Folders of the device that it gets in a container, to read. Sockets in them can be connected to. */
  folders?: readonly { source: string; target: string }[];
  /** A virtual environment on the device, made at the path `venvPath` says, which it reads. */
  venv?: string | null;
  /** Size of its shared memory; null for as much as its memory. A runtime that shares the device's ignores it. */
  shmBytes?: number | null;
  /** Device files of the device that it gets, or folders of them. */
  devices?: readonly string[];
  /** Names of the other role instances and of the devices. A runtime that shares the device's files ignores them. */
  hosts?: readonly HostName[];
  /** Of a role whose process stays for the run: which process of it this is, from 1. Its trials come by `order.json`. */
  process?: number;
  /**
   * Its wrapper is started when the role is prepared, and waits: `PreparedRole.start` only tells it to begin. It ends, and nothing of
   * the role has run, with `discard`, and when who prepared it ends or loses its connection to the device.
   */
  hold?: boolean;
}

/** Which role instance of which attempt is meant, or which of the processes of a role that stays for the run. */
export type RolePlace = Pick<RoleOrder, 'run_id' | 'trial' | 'role' | 'rank'> & {
  attempt?: number | undefined;
  process?: number | undefined;
};

/** A role that was started. It runs on without a connection and writes to its folder on the device. */
export interface RunningRole {
  readonly connected: ConnectedDevice;
  readonly order: RoleOrder;
  /** Folder of the role on the device's own disk. */
  readonly folder: string;
  /** What its wrapper tells; missing where it is to be heard from that folder (`News`). */
  readonly news?: Pick<News, 'wait' | 'close'>;
  /** Whether the wrapper is alive; once it is not, `reason` says what is known of its end apart from exit.json. */
  alive(): Promise<{ alive: boolean; reason: string | null }>;
  /**
   * Waits for the wrapper's end without asking the device again and again: resolves when it has probably ended, or when
   * the signal aborts; `alive` says what is true. Rejects when its end cannot be noticed any more.
   */
  waitForEnd(signal: AbortSignal): Promise<void>;
  /** Asks the wrapper to stop, and kills it after its grace period. No error when it has ended already. */
  stop(): Promise<void>;
  /** Removes what the runtime left on the device, but not the role's folder. */
  release(): Promise<void>;
  /** Removes what the runtime left on the device, the folder included: only when all of it was collected. */
  remove(): Promise<void>;
}

/** A role that can start at once: what its start needs is on the device, but nothing of it runs, except a wrapper that waits. */
export interface PreparedRole {
  /** Starts it. If that fails, nothing of it is left, unless its wrapper has run. */
  start(): Promise<RunningRole>;
  /** Removes what was prepared, if it will not be started. No error when there is nothing any more. */
  discard(): Promise<void>;
}

/** Runs roles on devices. `kind` describes what all of them have in common; do not branch on its name. */
export interface Runtime {
  readonly kind: RuntimeKind;
  /** Gets a role ready to start. If that fails, nothing of it is left. */
  prepare(start: RoleStart): Promise<PreparedRole>;
  /** Prepares a role and starts it. */
  start(start: RoleStart): Promise<RunningRole>;
  /** Ends all roles of a run on a device, also those that another process started. Their folders stay. */
  endRoles(connected: ConnectedDevice, runId: string): Promise<void>;
  /**
   * Finds a role that another process started, whether it runs or has ended.
   * @returns null if nothing of it is on the device, or it had not got its order yet
   */
  adopt(connected: ConnectedDevice, place: RolePlace): Promise<RunningRole | null>;
}

/** Name of a runtime, as run.json has it. */
export type RuntimeName = RunRecord['runtime'];

/** What a runtime needs, shares and listens on: known before any device is connected, so that a plan can ask it. */
export interface RuntimeKind {
  readonly name: RuntimeName;
  /** What a device must have; with `image`, the image of a role must be on it before the role starts. */
  readonly needs: { readonly engine: boolean; readonly image: boolean; readonly python: boolean };
  /** What a role shares with its device. What it does not share is the role's own. */
  readonly shares: { readonly network: boolean; readonly cgroup: boolean; readonly files: boolean };
  /**
   * Whether a role with a network of its own keeps its declared port and the device publishes another; otherwise it binds
   * to the device's port.
   */
  readonly publishesPorts: boolean;
  /** Address on which a role listens for its peers. @param deviceAddress where the peers reach its device */
  listenAddress(deviceAddress: string): string;
  open(parts: RuntimeParts): Promise<Runtime>;
}

/** What a runtime works with; each takes what it needs. */
export interface RuntimeParts {
  engineOf: (device: string) => Engine;
  experimentFiles: () => Promise<readonly TarFile[]>;
  /**
   * Folder of the device with the experiment, which is taken as it is in place of `experimentFiles`: with all modes, links and empty
   * folders. Images are bases then, without code and wrapper.
   */
  experimentFolder?: string;
  /** What the runs of one agent share on its device; default: each run has its own. */
  sharedFiles?: SharedFiles;
  /** Labels of what roles run in, beside those of the run. */
  labels?: Readonly<Record<string, string>>;
  /** Variables that every role gets. */
  env?: Readonly<Record<string, string>>;
  /** Numeric groups that own the device files of a GPU; default: they are read on the device. */
  gpuGroups?: readonly string[];
  clock: Clock;
}

/** Where a role finds a folder of data: at the device's own path, or mounted below /data. */
export function dataPath(
  { name, path }: RoleStart['data'][number],
  { shares }: Pick<RuntimeKind, 'shares'>,
): string {
  return shares.files ? path : `/data/${name}`;
}

/** Where a role finds a virtual environment of its device. Its programs name this path, so it is made there too. */
export const venvPath = (path: string, { shares }: Pick<RuntimeKind, 'shares'>): string =>
  shares.files ? path : '/collab-venv';

/** The folder in which a role keeps files, as the role reaches it. */
export function outputsPath(
  connected: ConnectedDevice,
  order: Parameters<typeof deviceRoleFolder>[1],
  { shares }: Pick<RuntimeKind, 'shares'>,
): string {
  return `${shares.files ? deviceRoleFolder(connected, order) : '/collab'}/${roleFiles.outputs}`;
}

/** Content of role.json: the order, and what the wrapper must know of the runtime. */
export function roleFile(
  start: Pick<RoleStart, 'connected' | 'order' | 'data' | 'network' | 'venv' | 'hold'>,
  kind: RuntimeKind,
  own: { directory: string; host_sensors?: boolean },
): string {
  const { connected, order, data, network: asked, venv = null } = start;
  const { network, cgroup } = kind.shares;
  return roleFileText({
    ...order,
    ...own,
    network_namespace: network || asked === 'host' ? 'shared' : 'own',
    cgroup: cgroup ? 'shared' : 'own',
    cores: connected.device.facts.cores,
    data: Object.fromEntries(data.map((one) => [one.name, dataPath(one, kind)])),
    ...(venv !== null && { venv: venvPath(venv, kind) }),
    ...(start.hold === true && { hold: true }),
  });
}

/** What a role on a device was ordered to do; null if it has no order. */
export async function orderThere(connected: ConnectedDevice, place: RolePlace): Promise<RoleOrder | null> {
  const file = `${deviceRoleFolder(connected, place)}/${roleFiles.role}`;
  const text = await connected.shell.read(file);
  return text === null ? null : orderIn(text.toString());
}

/** Where a run keeps its folders on a device: below the login's home. */
export function deviceRunFolder(connected: ConnectedDevice, runId: string): string {
  return `${ownFolder(connected)}/runs/${runId}`;
}

export function deviceRoleFolder(connected: ConnectedDevice, place: RolePlace): string {
  return `${deviceRunFolder(connected, place.run_id)}/${spotOf(place).join('/')}`;
}

/** The parts of a run's names for a role: of its attempt, such as `17.2`, or `warm`; and of itself, such as `client-0`. */
export function spotOf(place: RolePlace): [string, string] {
  const { role, rank, process } = place;
  if (process === undefined) return [attemptName(place), `${role}-${rank}`];
  return [warmFolder, processName({ role, rank, process })];
}
