import { roleFiles } from '../../logs/index.js';
import type { Engine, Resolver } from '../engine/index.js';
import { wrapperFiles } from '../archives/index.js';
import type { ConnectedDevice, Shell } from '../../network/index.js';
import { AccountFiles, roleHome } from './accounts.js';
import { groupsOfHostDevices, lookAtHostDevices } from './host-devices.js';
import { hostsOfDevice } from './hosts-of-device.js';
import { HostSampler } from './host-sampler.js';
import { removeUnlessRun } from './on-device.js';
import { resolverOf } from './resolver.js';
import {
  dataPath,
  deviceRoleFolder,
  roleFile,
  type RoleStart,
  type RunningRole,
  type Runtime,
  type RuntimeKind,
} from './runtime.js';

/** Each role in a container, from an image with its dependencies and code. */
export const dockerRuntime: RuntimeKind = {
  name: 'docker',
  needs: { engine: true, image: true, python: false },
  shares: { network: false, cgroup: false, files: false },
  publishesPorts: true,
  listenAddress: () => '0.0.0.0',
  open: async ({ engineOf }) => new DockerRuntime(engineOf, new HostSampler(await wrapperFiles())),
};

/** Labels that every container of a run carries. */
export const roleLabels = (order: { run_id: string; trial: number; role: string; rank: number }) => ({
  'collab.run': order.run_id,
  'collab.trial': String(order.trial),
  'collab.role': order.role,
  'collab.rank': String(order.rank),
});

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
  private readonly accounts = new AccountFiles();
  private readonly resolvers = new Map<string, Promise<Resolver>>();

  constructor(
    private readonly engineOf: (deviceName: string) => Engine,
    private readonly sampler: HostSampler,
  ) {}

  async start(start: RoleStart): Promise<RunningRole> {
    const { connected, order, publish, imageId, gpu, data, devices = [] } = start;
    const engine = this.engineOf(connected.device.name);
    const folder = deviceRoleFolder(connected, order);
    const { user, memoryBytes, jetson } = connected.device.facts;
    const limitBytes = Math.floor(memoryBytes * memoryShare);
    const image = imageId ?? '';
    const labels = roleLabels(order);
    await connected.shell.makeFolder(folder);
    const host_sensors = this.sampler.isFor(connected.device.facts);
    const file = roleFile(start, this.kind, { directory: '/experiment', host_sensors });
    await connected.shell.write(`${folder}/${roleFiles.role}`, file);
    let containerId: string | null = null;
    try {
      if (host_sensors) await this.sampler.start(connected, folder);
      const accounts = await this.accounts.mounts(connected, engine, { image, order, labels });
      const groups = [
        ...(gpu ? await gpuGroups(connected.shell) : []),
        ...groupsOfHostDevices(await lookAtHostDevices(connected.shell, devices)),
      ];
      containerId = await engine.create({
        name: `collab-${order.run_id}-${order.trial}-${order.role}-${order.rank}`,
        image,
        command: ['python3', '/opt/collab/wrapper.py', '/collab'],
        user: `${user.uid}:${user.gid}`,
        env: { HOME: roleHome, USER: user.name, LOGNAME: user.name },
        labels,
        resolver: await this.resolverOf(connected, start.network),
        ...(start.network === 'host'
          ? { network: 'host', hosts: await hostsOfDevice(connected, start.hosts ?? []) }
          : { ...hostNameOf(order), hosts: start.hosts ?? [] }),
        mounts: [
          { kind: 'folder', source: folder, target: '/collab' },
          ...data.map((one) => ({
            kind: 'folder' as const,
            source: one.path,
            target: dataPath(one, this.kind),
            readOnly: true,
          })),
          ...accounts,
        ],
        ...(gpu && { gpu: jetson === null ? ('device-request' as const) : ('nvidia-runtime' as const) }),
        ...(groups.length > 0 && { groups: [...new Set(groups)].sort() }),
        ...(devices.length > 0 && { devices }),
        ports: publish,
        memoryBytes: limitBytes,
        shmBytes: start.shmBytes ?? limitBytes,
        pidsLimit,
        capabilities: [],
      });
      await engine.start(containerId);
    } catch (error) {
      // Cleaning up must not hide why the role did not start.
      if (containerId !== null) await engine.remove(containerId).catch(() => undefined);
      await removeUnlessRun(connected, folder).catch(() => undefined);
      throw error;
    }
    return new DockerRole(connected, order, folder, engine, containerId);
  }

  /** Read once per device and network: the same for all its roles. */
  private resolverOf({ device, shell }: ConnectedDevice, network: 'own' | 'host' = 'own'): Promise<Resolver> {
    const key = `${network} ${device.name}`;
    const resolver = this.resolvers.get(key) ?? resolverOf(shell, network);
    this.resolvers.set(key, resolver);
    return resolver;
  }
}

/** The longest name that a container gets, in bytes: a label of DNS. */
export const longestHostName = 63;

/** A container's own name, which is in its hosts file. */
function hostNameOf({ role, rank }: RoleStart['order']): { hostname?: string } {
  const hostname = `${role}-${rank}`;
  return hostname.length <= longestHostName ? { hostname } : {};
}

class DockerRole implements RunningRole {
  constructor(
    readonly connected: RoleStart['connected'],
    readonly order: RoleStart['order'],
    readonly folder: string,
    private readonly engine: Engine,
    private readonly containerId: string,
  ) {}

  async alive(): Promise<{ alive: boolean; reason: string | null }> {
    const state = await this.engine.inspect(this.containerId);
    if (state === null) return { alive: false, reason: 'its container was removed by someone else' };
    if (state.running) return { alive: true, reason: null };
    if (state.outOfMemory) return { alive: false, reason: 'the kernel killed it: out of memory' };
    const printed = state.exitCode === 0 ? '' : await this.engine.logs(this.containerId, 20);
    return { alive: false, reason: printed.trim() === '' ? null : printed.trim() };
  }

  waitForEnd(signal: AbortSignal): Promise<void> {
    return this.engine.waitForEnd(this.containerId, signal);
  }

  async stop(): Promise<void> {
    await this.engine.stop(this.containerId, this.order.stop_grace_s + 5);
  }

  release(): Promise<void> {
    return this.engine.remove(this.containerId);
  }

  async remove(): Promise<void> {
    await this.release();
    await this.connected.shell.remove(this.folder);
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
async function gpuGroups(shell: Shell): Promise<string[]> {
  const { stdout } = await shell.exec(['stat', '-c', '%g', ...gpuFiles]);
  const ids = stdout.split('\n').filter((line) => /^[1-9]\d*$/.test(line));
  return [...new Set(ids)].sort();
}
