import type { Duplex, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type Dockerode from 'dockerode';
import { CollabError, ExitCode } from '../../errors.js';
import { systemClock } from '../../events.js';
import type { ConnectedDevice } from '../../network/index.js';
import { eachTarFile, type TarFile, tarOf } from '../archives/index.js';
import { explainClosedSocket } from './closed-socket.js';
import { startContainer } from './container-start.js';
import { containerOptions } from './container-options.js';
import type { ContainerSpec, ContainerState, Engine, FileOwner, NetworkSpec } from './engine.js';
import { DialAgent, dialLocal } from './dial.js';
import { ImageCalls, labelFilter } from './image-calls.js';
import { type BuildMachine, type BuildProxies, readProxies } from './proxies.js';
import { waitForEnd } from './wait-for-end.js';
import { withoutFrames } from './log-frames.js';

const deviceSocket = '/var/run/docker.sock';

/** The engine of a connected device, over its ssh connection. */
export async function deviceEngine(connected: ConnectedDevice): Promise<Engine> {
  const dial = () => connected.shell.dialUnix(deviceSocket);
  const { name, user, address, port } = connected.device;
  const machine = { daemon: `ssh://${user}@${address}${port === 22 ? '' : `:${port}`}`, remote: true };
  return openEngine(name, dial, machine).catch(async (error: unknown) => {
    throw await explainClosedSocket(connected, deviceSocket, error);
  });
}

/** The engine of this machine: what DOCKER_HOST names (`unix://` or `tcp://`), otherwise the default socket. */
export async function localEngine(dockerHost = process.env.DOCKER_HOST): Promise<Engine> {
  const machine = { daemon: localDaemon(dockerHost), remote: false };
  const address = machine.daemon;
  const match = /^(unix|tcp):\/\/(.+?)\/?$/.exec(address);
  const place = match?.[2] ?? '';
  if (match === null) {
    throw new CollabError('engine-address', {
      what: `DOCKER_HOST is "${address}", which collab cannot use for this machine's engine.`,
      why: 'Only unix:// and tcp:// are supported; an ssh:// engine would bypass the host keys of the workspace.',
      next: 'Unset DOCKER_HOST, or set it to unix:///var/run/docker.sock',
      exitCode: ExitCode.usage,
    });
  }
  if (match[1] === 'unix') return openEngine('this machine', () => dialLocal({ path: place }), machine);
  const [host = 'localhost', port = '2375'] = place.split(':');
  return openEngine('this machine', () => dialLocal({ host, port: Number(port) }), machine);
}

/** The proxies of programs of this machine that make images: those of builds on its engine. */
export function localProxies(): Promise<BuildProxies> {
  return readProxies({ daemon: localDaemon(process.env.DOCKER_HOST), remote: false });
}

function localDaemon(dockerHost: string | undefined): string {
  return dockerHost === undefined || dockerHost === '' ? `unix://${deviceSocket}` : dockerHost;
}

async function openEngine(
  device: string,
  dial: () => Promise<Duplex>,
  machine: BuildMachine,
): Promise<Engine> {
  const { default: Client } = await import('dockerode');
  // The library accepts an http.Agent; its type declarations omit that.
  const options = { protocol: 'http' as const, host: 'engine', port: 80, agent: new DialAgent(dial) };
  const engine = new DockerodeEngine(device, new Client(options), machine);
  await Promise.all([engine.version(), engine.imageStore()]);
  return engine;
}

class DockerodeEngine extends ImageCalls implements Engine {
  constructor(
    device: string,
    private readonly client: Dockerode,
    machine: BuildMachine,
  ) {
    super(device, client, machine);
  }

  version() {
    return this.call('ask its version', async () => {
      const answer = await this.client.version();
      return { version: answer.Version, architecture: answer.Arch };
    });
  }

  create(spec: ContainerSpec): Promise<string> {
    return this.call(`create the container ${spec.name}`, async () => {
      const container = await this.client.createContainer(containerOptions(spec));
      return container.id;
    });
  }

  start(containerId: string): Promise<void> {
    return this.call('start a container', () =>
      startContainer(() => this.client.getContainer(containerId).start()),
    );
  }

  inspect(containerId: string): Promise<ContainerState | null> {
    return this.call<ContainerState | null>(
      'look at a container',
      async () => {
        const { Name, Created, State, NetworkSettings, Config } = await this.client
          .getContainer(containerId)
          .inspect();
        const [network] = Object.values(NetworkSettings.Networks);
        const address = network?.IPAddress ?? '';
        return {
          name: Name.replace(/^\//, ''),
          createdAt: new Date(Created),
          running: State.Running,
          paused: State.Paused,
          exitCode: State.Running ? null : State.ExitCode,
          outOfMemory: State.OOMKilled,
          address: address === '' ? null : address,
          labels: Config.Labels,
        };
      },
      { value: null },
    );
  }

  waitForEnd(containerId: string, signal: AbortSignal): Promise<void> {
    return this.call(
      'wait for a container',
      async () => {
        await waitForEnd(this.client, containerId, signal);
      },
      { value: undefined },
    );
  }

  logs(containerId: string, lines: number): Promise<string> {
    return this.call('read a container log', async () => {
      const raw = await this.client
        .getContainer(containerId)
        .logs({ stdout: true, stderr: true, tail: lines });
      return withoutFrames(raw);
    });
  }

  readFile(containerId: string, path: string): Promise<Buffer | null> {
    return this.call<Buffer | null>(
      `read ${path} of a container`,
      async () => {
        const tar = await this.client.getContainer(containerId).getArchive({ path });
        let content: Buffer | null = null;
        await eachTarFile(tar as unknown as Readable, async (_, bytes) => {
          content = await buffer(bytes);
        });
        return content;
      },
      { value: null },
    );
  }

  writeFiles(
    containerId: string,
    folder: string,
    files: readonly TarFile[],
    owner: FileOwner = { uid: 0, gid: 0 },
  ): Promise<void> {
    return this.call(`write files into ${folder} of a container`, async () => {
      // In memory, so that a file of this machine that cannot be read fails before the engine receives anything.
      const tar = await buffer(await tarOf(files, { owner, folderMode: 0o755, mtime: systemClock.now() }));
      await this.client.getContainer(containerId).putArchive(tar, { path: folder });
    });
  }

  stop(containerId: string, graceS: number): Promise<void> {
    return this.call(
      'stop a container',
      async () => {
        await this.client
          .getContainer(containerId)
          .stop({ t: graceS })
          .catch((error: unknown) => {
            if ((error as { statusCode?: number }).statusCode !== 304) throw error;
          });
      },
      { value: undefined },
    );
  }

  kill(containerId: string): Promise<void> {
    return this.call(
      'kill a container',
      async () => {
        await this.client
          .getContainer(containerId)
          .kill()
          .catch((error: unknown) => {
            if ((error as { statusCode?: number }).statusCode !== 409) throw error;
          });
      },
      { value: undefined },
    );
  }

  pause(containerId: string): Promise<void> {
    return this.call('pause a container', async () => {
      await this.client.getContainer(containerId).pause();
    });
  }

  async unpause(containerId: string): Promise<void> {
    // Engines answer differently where it is not paused.
    if ((await this.inspect(containerId))?.paused !== true) return;
    await this.call('let a container go on', async () => {
      await this.client.getContainer(containerId).unpause();
    });
  }

  remove(containerId: string): Promise<void> {
    return this.call(
      'remove a container',
      async () => {
        await this.client.getContainer(containerId).remove({ force: true, v: true });
      },
      { value: undefined },
    );
  }

  find(labels: Readonly<Record<string, string>>): Promise<string[]> {
    return this.call('list containers', async () => {
      const all = await this.client.listContainers({ all: true, filters: { label: labelFilter(labels) } });
      return all.map((container) => container.Id);
    });
  }

  makeInternalNetwork(spec: NetworkSpec): Promise<void> {
    return this.call(`make the network ${spec.name}`, async () => {
      await this.client.createNetwork({
        Name: spec.name,
        Driver: 'bridge',
        Internal: true,
        CheckDuplicate: true,
        Labels: spec.labels,
        IPAM: { Config: [{ Subnet: spec.subnet }] },
        Options: { 'com.docker.network.bridge.name': spec.bridge },
      });
    });
  }

  subnets(): Promise<string[]> {
    return this.call('list networks', async () => {
      const networks = await this.client.listNetworks();
      const ranges = networks.flatMap(({ IPAM }) => IPAM?.Config ?? []);
      return ranges.flatMap(({ Subnet }) => Subnet ?? []);
    });
  }

  subnetOf(network: string): Promise<string | null> {
    return this.call<string | null>(
      `look at the network ${network}`,
      async () => {
        const answer = await this.client.getNetwork(network).inspect();
        return answer.IPAM?.Config?.[0]?.Subnet ?? null;
      },
      { value: null },
    );
  }

  removeNetwork(name: string): Promise<void> {
    return this.call(
      `remove the network ${name}`,
      async () => {
        await this.client.getNetwork(name).remove();
      },
      { value: undefined },
    );
  }

  makeVolume(name: string, labels: Readonly<Record<string, string>>): Promise<string> {
    return this.call(`make the volume ${name}`, async () => {
      const volume = await this.client.createVolume({ Name: name, Labels: labels });
      return (await volume.inspect()).Mountpoint;
    });
  }

  volumes(labels: Readonly<Record<string, string>>): Promise<string[]> {
    return this.call('list volumes', async () => {
      const answer = await this.client.listVolumes({ filters: { label: labelFilter(labels) } });
      return answer.Volumes.map((volume) => volume.Name);
    });
  }

  removeVolume(name: string): Promise<void> {
    return this.call(
      `remove the volume ${name}`,
      async () => {
        await this.client.getVolume(name).remove();
      },
      { value: undefined },
    );
  }
}
