import { Readable, type Duplex } from 'node:stream';
import type Dockerode from 'dockerode';
import { CollabError, ExitCode } from '../../errors.js';
import type { ConnectedDevice } from '../../network/device.js';
import { containerOptions } from './container-options.js';
import type { BuildRequest, ContainerSpec, ContainerState, Engine, NetworkSpec } from './engine.js';
import { DialAgent, dialLocal } from './dial.js';
import { engineFault } from './faults.js';
import { imageContent } from './image-content.js';
import { withoutFrames } from './log-frames.js';
import { readProgress } from './progress-lines.js';

const deviceSocket = '/var/run/docker.sock';

/** The engine of a connected device, over the device's one connection. */
export async function deviceEngine(connected: ConnectedDevice): Promise<Engine> {
  return openEngine(connected.device.name, () => connected.shell.dialUnix(deviceSocket));
}

/** The engine of this machine: what DOCKER_HOST names (`unix://` or `tcp://`), else the default socket. */
export async function localEngine(dockerHost = process.env.DOCKER_HOST): Promise<Engine> {
  const address = dockerHost === undefined || dockerHost === '' ? `unix://${deviceSocket}` : dockerHost;
  const match = /^(unix|tcp):\/\/(.+?)\/?$/.exec(address);
  const place = match?.[2] ?? '';
  if (match === null) {
    throw new CollabError('engine-address', {
      what: `DOCKER_HOST is "${address}", which collab cannot use for this machine's engine.`,
      why: 'Only unix:// and tcp:// are taken here; an ssh:// engine would go around the host keys of the workspace.',
      next: 'Unset DOCKER_HOST, or set it to unix:///var/run/docker.sock',
      exitCode: ExitCode.usage,
    });
  }
  if (match[1] === 'unix') return openEngine('this machine', () => dialLocal({ path: place }));
  const [host = 'localhost', port = '2375'] = place.split(':');
  return openEngine('this machine', () => dialLocal({ host, port: Number(port) }));
}

async function openEngine(device: string, dial: () => Promise<Duplex>): Promise<Engine> {
  const { default: Client } = await import('dockerode');
  // The client takes an http.Agent; its type declarations do not know that yet.
  const options = { protocol: 'http' as const, host: 'engine', port: 80, agent: new DialAgent(dial) };
  const client = new Client(options);
  const engine = new DockerodeEngine(device, client);
  await engine.version();
  return engine;
}

class DockerodeEngine implements Engine {
  constructor(
    readonly device: string,
    private readonly client: Dockerode,
  ) {}

  /** Runs one call; what it throws becomes an error in our words. With `absent`, a 404 gives that value instead. */
  private async call<T>(doing: string, work: () => Promise<T>, absent?: { value: T }): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (absent !== undefined && (error as { statusCode?: number }).statusCode === 404) return absent.value;
      throw engineFault(this.device, doing, error);
    }
  }

  version() {
    return this.call('ask its version', async () => {
      const answer = await this.client.version();
      return { version: answer.Version, architecture: answer.Arch };
    });
  }

  imageId(ref: string): Promise<string | null> {
    return this.call<string | null>(
      `look up the image ${ref}`,
      async () => (await this.client.getImage(ref).inspect()).Id,
      { value: null },
    );
  }

  imageContent(ref: string): Promise<string | null> {
    return this.call<string | null>(
      `look up the image ${ref}`,
      async () => imageContent(await this.client.getImage(ref).inspect()),
      { value: null },
    );
  }

  imageSizeBytes(ref: string): Promise<number> {
    return this.call(
      `look up the image ${ref}`,
      async () => (await this.client.getImage(ref).inspect()).Size,
    );
  }

  async pull(ref: string, signal?: AbortSignal): Promise<boolean> {
    try {
      const body = await this.client.pull(ref, signal === undefined ? {} : { abortSignal: signal });
      const end = await readProgress(body);
      return end.error === null && (await this.imageId(ref)) !== null;
    } catch (error) {
      if (typeof (error as { statusCode?: unknown }).statusCode === 'number') return false;
      throw engineFault(this.device, `pull ${ref}`, error);
    }
  }

  importImage(tar: Readable, ref: string): Promise<void> {
    const [repo = ref, tag = 'latest'] = ref.split(':');
    return this.progress(`import ${ref}`, () => this.client.importImage(tar, { repo, tag }));
  }

  async build(request: BuildRequest): Promise<string> {
    const doing = `build ${request.tag}`;
    const body = await this.call(doing, () =>
      this.client.buildImage(request.context, {
        t: request.tag,
        buildargs: request.args,
        labels: request.labels,
        networkmode: 'host',
        rm: true,
        forcerm: true,
        ...(request.signal === undefined ? {} : { abortSignal: request.signal }),
      }),
    );
    const end = await readProgress(body, request.onLine);
    request.signal?.throwIfAborted();
    const id = end.error === null ? await this.imageId(request.tag) : null;
    if (id !== null) return id;
    const step = end.lines.findLastIndex((line) => /^Step \d+\/\d+/.test(line));
    throw new CollabError('build-failed', {
      what: `The image ${request.tag} could not be built on ${this.device}.`,
      why: [
        ...end.lines.slice(Math.max(step, 0)).slice(-25),
        end.error ?? 'the build ended without an image',
      ].join('\n'),
      next: 'Mend the step above (its package name, its requirements, the network of this machine) and run again.',
      exitCode: ExitCode.experimentFailed,
    });
  }

  save(ref: string): Promise<Readable> {
    return this.call(`save ${ref}`, async () => readable(await this.client.getImage(ref).get()));
  }

  load(tar: Readable): Promise<void> {
    return this.progress('load an image', () => this.client.loadImage(tar));
  }

  /** A call that answers with a progress stream. */
  private async progress(doing: string, work: () => Promise<NodeJS.ReadableStream>): Promise<void> {
    const body = await this.call(doing, work);
    const end = await readProgress(body);
    if (end.error !== null) throw engineFault(this.device, doing, new Error(end.error));
  }

  create(spec: ContainerSpec): Promise<string> {
    return this.call(`create the container ${spec.name}`, async () => {
      const container = await this.client.createContainer(containerOptions(spec));
      return container.id;
    });
  }

  start(containerId: string): Promise<void> {
    return this.call('start a container', async () => {
      await this.client.getContainer(containerId).start();
    });
  }

  inspect(containerId: string): Promise<ContainerState | null> {
    return this.call<ContainerState | null>(
      'look at a container',
      async () => {
        const { State, NetworkSettings, Config } = await this.client.getContainer(containerId).inspect();
        const [network] = Object.values(NetworkSettings.Networks);
        const address = network?.IPAddress ?? '';
        return {
          running: State.Running,
          exitCode: State.Running ? null : State.ExitCode,
          outOfMemory: State.OOMKilled,
          address: address === '' ? null : address,
          labels: Config.Labels,
        };
      },
      { value: null },
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

  makeVolume(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
    return this.call(`make the volume ${name}`, async () => {
      await this.client.createVolume({ Name: name, Labels: labels });
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

/** The client's declarations speak of an older kind of stream than it gives. */
function readable(stream: NodeJS.ReadableStream): Readable {
  return stream instanceof Readable ? stream : new Readable().wrap(stream);
}

function labelFilter(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).map(([key, value]) => (value === '' ? key : `${key}=${value}`));
}
