import { roleFiles, roleFileText } from '../../logs/index.js';
import type { Engine } from '../engine/index.js';
import { gpuGroups } from './gpu-groups.js';
import type { HostSampler } from './host-sampler.js';
import { dataPaths, deviceRoleFolder, type RoleStart, type RunningRole, type Runtime } from './runtime.js';

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
/** Where a role finds its data in its container. */
const dataFolder = '/data';

/**
 * Runs a role in a container of its own: own network namespace with its ports published, no capabilities, no new
 * privileges, the login's uid, limits on memory and processes. Its folder is a folder of the device, so what it
 * measured outlives the container and the connection.
 */
export class DockerRuntime implements Runtime {
  readonly name = 'docker';

  constructor(
    private readonly engineOf: (deviceName: string) => Engine,
    private readonly sampler: HostSampler,
  ) {}

  async start({ connected, order, publish, imageId, gpu, data }: RoleStart): Promise<RunningRole> {
    const engine = this.engineOf(connected.device.name);
    const folder = deviceRoleFolder(connected, order);
    const { user, memoryBytes, jetson } = connected.device.facts;
    await connected.shell.makeFolder(folder);
    const host_sensors = this.sampler.isFor(connected.device.facts);
    const file = roleFileText({
      ...order,
      directory: '/experiment',
      network_namespace: 'own',
      cgroup: 'own',
      host_sensors,
      data: dataPaths(data, ({ name }) => `${dataFolder}/${name}`),
    });
    await connected.shell.write(`${folder}/${roleFiles.role}`, file);
    let containerId: string | null = null;
    try {
      if (host_sensors) await this.sampler.start(connected, folder);
      containerId = await engine.create({
        name: `collab-${order.run_id}-${order.trial}-${order.role}-${order.rank}`,
        image: imageId ?? '',
        command: ['python3', '/opt/collab/wrapper.py', '/collab'],
        user: `${user.uid}:${user.gid}`,
        env: { HOME: '/tmp' },
        labels: roleLabels(order),
        mounts: [
          { kind: 'folder', source: folder, target: '/collab' },
          ...data.map(({ name, path }) => ({
            ...{ kind: 'folder' as const, source: path, target: `${dataFolder}/${name}` },
            readOnly: true,
          })),
        ],
        ...(gpu && {
          gpu: jetson === null ? ('device-request' as const) : ('nvidia-runtime' as const),
          groups: await gpuGroups(connected.shell),
        }),
        ports: publish,
        memoryBytes: Math.floor(memoryBytes * memoryShare),
        pidsLimit,
        capabilities: [],
      });
      await engine.start(containerId);
    } catch (error) {
      // Whatever else goes wrong, the user reads why the role did not start.
      if (containerId !== null) await engine.remove(containerId).catch(() => undefined);
      await connected.shell.remove(folder).catch(() => undefined);
      throw error;
    }
    return new DockerRole(connected, order, folder, engine, containerId);
  }
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
    if (state === null) return { alive: false, reason: 'its container was removed by somebody else' };
    if (state.running) return { alive: true, reason: null };
    if (state.outOfMemory) return { alive: false, reason: 'the kernel killed it: out of memory' };
    const printed = state.exitCode === 0 ? '' : await this.engine.logs(this.containerId, 20);
    return { alive: false, reason: printed.trim() === '' ? null : printed.trim() };
  }

  async stop(): Promise<void> {
    await this.engine.stop(this.containerId, this.order.stop_grace_s + 5);
  }

  async remove(): Promise<void> {
    await this.engine.remove(this.containerId);
    await this.connected.shell.remove(this.folder);
  }
}
