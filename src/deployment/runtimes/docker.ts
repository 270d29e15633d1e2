import { roleFiles } from '../../logs/index.js';
import type { ContainerSpec, Engine, Resolver } from '../engine/index.js';
import { wrapperFiles } from '../archives/index.js';
import type { ConnectedDevice, Shell } from '../../network/index.js';
import { roleHome } from './accounts.js';
import { DockerRole, PreparedContainer } from './docker-role.js';
import { endContainers, endListeners } from './end-roles.js';
import { FolderCode } from './folder-code.js';
import { groupsOfHostDevices, lookAtHostDevices } from './host-devices.js';
import { hostsOfDevice } from './hosts-of-device.js';
import { HostSampler } from './host-sampler.js';
import { allEnded, removeUnlessRun } from './on-device.js';
import { resolverOf } from './resolver.js';
import {
  dataPath,
  deviceRoleFolder,
  orderThere,
  type PreparedRole,
  roleFile,
  type RolePlace,
  spotOf,
  type RoleStart,
  type RunningRole,
  type Runtime,
  type RuntimeKind,
  type RuntimeParts,
  venvPath,
} from './runtime.js';
import { SharedFiles } from './shared-files.js';
import { wrapperInContainer } from './wrapper-program.js';

/** Each role in a container, from an image with its dependencies and code. */
export const dockerRuntime: RuntimeKind = {
  name: 'docker',
  needs: { engine: true, image: true, python: false },
  shares: { network: false, cgroup: false, files: false },
  publishesPorts: true,
  listenAddress: () => '0.0.0.0',
  open: async ({ engineOf, experimentFolder, ...options }) => {
    const wrapper = await wrapperFiles();
    const { sharedFiles: shared = new SharedFiles(wrapper) } = options;
    const code = experimentFolder === undefined ? null : new FolderCode(experimentFolder, shared);
    return new DockerRuntime(engineOf, new HostSampler(wrapper), { ...options, shared, code });
  },
};

interface DockerOptions extends Pick<RuntimeParts, 'labels' | 'env' | 'gpuGroups'> {
  /** Default: a folder of each run, and images have the wrapper. */
  shared?: SharedFiles;
  /** The code of roles whose images are bases; null if images have it. */
  code?: FolderCode | null;
}

/** Labels that every container of a run carries: of which attempt it is, or which process of a role that stays. */
export const roleLabels = ({ run_id, trial, attempt = 1, role, rank, process }: RolePlace) => ({
  'collab.run': run_id,
  ...(process === undefined
    ? { 'collab.trial': String(trial), 'collab.attempt': String(attempt) }
    : { 'collab.process': String(process) }),
  'collab.role': role,
  'collab.rank': String(rank),
});

/** Name of a role's container. */
export const containerName = (place: RolePlace): string =>
  `collab-${place.run_id}-${spotOf(place).join('-')}`;

/** The share of a device's memory that a role may take; the rest is for its sshd, engine and kernel. */
const memoryShare = 0.9;
const pidsLimit = 4096;

/**
 * Runs each role in a separate container: own network namespace with published ports unless the role asks for the
 * device's (`network: host`), no capabilities, no new privileges, the login's uid and name, limits on memory and processes,
 * shared memory as large as the memory. The role's folder is on the device's disk, so measurements outlive the container
 * and the connection.
 */
export class DockerRuntime implements Runtime {
  readonly kind = dockerRuntime;
  private readonly shared: SharedFiles;
  private readonly resolvers = new Map<string, Promise<Resolver>>();
  private readonly gpuGroups = new Map<string, Promise<string[]>>();

  constructor(
    private readonly engineOf: (deviceName: string) => Engine,
    private readonly sampler: HostSampler,
    private readonly options: DockerOptions = {},
  ) {
    this.shared = options.shared ?? new SharedFiles([]);
  }

  async start(start: RoleStart): Promise<RunningRole> {
    return (await this.prepare(start)).start();
  }

  async prepare(start: RoleStart): Promise<PreparedRole> {
    const { connected, order } = start;
    const engine = this.engineOf(connected.device.name);
    const folder = deviceRoleFolder(connected, { ...order, process: start.process });
    const host_sensors = this.sampler.isFor(connected.device.facts);
    const file = roleFile(start, this.kind, { directory: '/experiment', host_sensors });
    let prepared: PreparedContainer | null = null;
    try {
      const [spec] = await allEnded([
        this.specOf(start, folder),
        connected.shell.write(`${folder}/${roleFiles.role}`, file),
      ]);
      const containerId = await createAnew(engine, spec, connected, folder);
      const sampler = host_sensors ? this.sampler : null;
      const parts = { folder, engine, containerId, sampler, code: this.options.code ?? null };
      prepared = new PreparedContainer(start, parts);
      if (start.hold === true) await prepared.startHeld();
      return prepared;
    } catch (error) {
      // Cleaning up must not hide why the role cannot start.
      await prepared?.discard().catch(() => undefined);
      await removeUnlessRun(connected, folder).catch(() => undefined);
      await this.options.code?.remove(connected, { ...order, process: start.process }).catch(() => undefined);
      throw error;
    }
  }

  private async specOf(start: RoleStart, folder: string): Promise<ContainerSpec> {
    const { connected, order, publish, imageId, gpu, data, devices = [], venv = null } = start;
    const { user, memoryBytes, jetson } = connected.device.facts;
    const limitBytes = Math.floor(memoryBytes * memoryShare);
    const image = imageId ?? '';
    const place = { ...order, process: start.process };
    const labels = { ...this.options.labels, ...roleLabels(place) };
    const use = { engine: this.engineOf(connected.device.name), image, order, labels };
    const [accounts, compiled, code, gpuGroups, hostDevices, resolver, deviceHosts] = await allEnded([
      this.shared.accounts(connected, use),
      this.shared.compiled(connected, use),
      this.options.code?.mounts(connected, place) ?? [],
      gpu ? (this.options.gpuGroups ?? this.gpuGroupsOf(connected)) : [],
      lookAtHostDevices(connected.shell, devices),
      this.resolverOf(connected, start.network),
      start.network === 'host' ? hostsOfDevice(connected, start.hosts ?? []) : null,
    ]);
    const groups = [...gpuGroups, ...groupsOfHostDevices(hostDevices)];
    return {
      name: containerName(place),
      image,
      command: wrapperInContainer,
      user: `${user.uid}:${user.gid}`,
      env: { HOME: roleHome, USER: user.name, LOGNAME: user.name, ...this.options.env, ...start.env },
      labels,
      resolver,
      ...(deviceHosts !== null
        ? { network: 'host', hosts: deviceHosts }
        : { ...hostNameOf(order), hosts: start.hosts ?? [] }),
      mounts: [
        { kind: 'folder', source: folder, target: '/collab' },
        ...code,
        ...(start.folders ?? []).map((one) => ({ kind: 'folder' as const, ...one, readOnly: true })),
        ...(venv === null
          ? []
          : [{ kind: 'folder' as const, source: venv, target: venvPath(venv, this.kind), readOnly: true }]),
        ...data.map((one) => ({
          kind: 'folder' as const,
          source: one.path,
          target: dataPath(one, this.kind),
          readOnly: true,
        })),
        ...accounts,
        compiled,
      ],
      ...(gpu && { gpu: jetson === null ? ('device-request' as const) : ('nvidia-runtime' as const) }),
      ...(groups.length > 0 && { groups: [...new Set(groups)].sort() }),
      ...(devices.length > 0 && { devices }),
      ports: publish,
      memoryBytes: limitBytes,
      shmBytes: start.shmBytes ?? limitBytes,
      pidsLimit,
      capabilities: [],
    };
  }

  async endRoles(connected: ConnectedDevice, runId: string): Promise<void> {
    await endContainers(this.engineOf(connected.device.name), runId);
    await endListeners(connected, runId);
  }

  async adopt(connected: ConnectedDevice, place: RolePlace): Promise<RunningRole | null> {
    const engine = this.engineOf(connected.device.name);
    const order = await orderThere(connected, place);
    if (order === null) return null;
    // An engine takes a container's name in place of its id.
    const folder = deviceRoleFolder(connected, place);
    const code = this.options.code ?? null;
    return new DockerRole(connected, order, { folder, engine, containerId: containerName(place), code });
  }

  /** Read once per device and network: the same for all its roles. */
  private resolverOf({ device, shell }: ConnectedDevice, network: 'own' | 'host' = 'own'): Promise<Resolver> {
    const key = `${network} ${device.name}`;
    const resolver = this.resolvers.get(key) ?? resolverOf(shell, network);
    this.resolvers.set(key, resolver);
    return resolver;
  }

  /** Read once per device. */
  private gpuGroupsOf({ device, shell }: ConnectedDevice): Promise<string[]> {
    const groups = this.gpuGroups.get(device.name) ?? gpuGroups(shell);
    this.gpuGroups.set(device.name, groups);
    return groups;
  }
}

/** The longest name that a container gets, in bytes: a label of DNS. */
export const longestHostName = 63;

/** A container's own name, which is in its hosts file. */
function hostNameOf({ role, rank }: RoleStart['order']): { hostname?: string } {
  const hostname = `${role}-${rank}`;
  return hostname.length <= longestHostName ? { hostname } : {};
}

/**
 * Creates a container. One of the same name that never started is what a controller left that ended after it had prepared
 * the role, and is removed.
 */
async function createAnew(
  engine: Engine,
  spec: ContainerSpec,
  { shell }: ConnectedDevice,
  folder: string,
): Promise<string> {
  try {
    return await engine.create(spec);
  } catch (error) {
    // An engine takes a container's name in place of its id.
    const there = await engine.inspect(spec.name).catch(() => null);
    const isOurs =
      there !== null && !there.running && there.labels['collab.run'] === spec.labels['collab.run'];
    if (!isOurs || (await shell.read(`${folder}/${roleFiles.state}`)) !== null) throw error;
    await engine.remove(spec.name);
    return engine.create(spec);
  }
}

/**
 * Device files of a Jetson's GPU. A group of the device owns them (`video`, `render`); on PCs everyone may open them.
 */
const gpuFiles = ['/dev/nvmap', '/dev/nvhost-ctrl-gpu', '/dev/nvhost-gpu', '/dev/dri/renderD128'];

/**
 * Ids of the groups that own the GPU's device files, so that a role with the login's uid can open them. Names
 * of groups would be resolved in the image, which numbers them differently.
 */
export async function gpuGroups(shell: Shell): Promise<string[]> {
  const { stdout } = await shell.exec(['stat', '-c', '%g', ...gpuFiles]);
  const ids = stdout.split('\n').filter((line) => /^[1-9]\d*$/.test(line));
  return [...new Set(ids)].sort();
}
