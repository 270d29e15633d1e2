import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { engineFault } from './faults.js';
import type { BuildRequest, ContainerSpec, ContainerState, Engine, NetworkSpec } from './engine.js';

interface FakeImage {
  id: string;
  sizeBytes: number;
}

interface FakeContainer {
  spec: ContainerSpec;
  state: ContainerState;
  /** What it printed. */
  printed: string;
}

/** An engine for unit tests: images, containers, networks and volumes in memory. An image's id is a hash of its tar. */
export class FakeEngine implements Engine {
  readonly images = new Map<string, FakeImage>();
  /** Images that a registry would give. */
  readonly registry = new Map<string, FakeImage>();
  readonly containers = new Map<string, FakeContainer>();
  readonly networks = new Map<string, NetworkSpec>();
  readonly volumeLabels = new Map<string, Readonly<Record<string, string>>>();
  /** Every build in order, with the bytes of its context. */
  readonly builds: { tag: string; args: BuildRequest['args']; context: Buffer }[] = [];
  /** Every call that changes something, in order, e.g. `start web`. */
  readonly calls: string[] = [];

  constructor(
    readonly device: string,
    private readonly architecture = 'amd64',
  ) {}

  version(): Promise<{ version: string; architecture: string }> {
    return Promise.resolve({ version: '26.1.5', architecture: this.architecture });
  }

  imageId(ref: string): Promise<string | null> {
    return Promise.resolve(this.images.get(ref)?.id ?? null);
  }

  imageContent(ref: string): Promise<string | null> {
    return this.imageId(ref);
  }

  async imageSizeBytes(ref: string): Promise<number> {
    return (await this.image(ref)).sizeBytes;
  }

  pull(ref: string): Promise<boolean> {
    this.calls.push(`pull ${ref}`);
    const image = this.registry.get(ref);
    if (image !== undefined) this.images.set(ref, image);
    return Promise.resolve(image !== undefined);
  }

  async importImage(tar: Readable, ref: string): Promise<void> {
    const content = await buffer(tar);
    this.calls.push(`import ${ref}`);
    this.images.set(ref, imageOf(content));
  }

  async build({ context, tag, args, onLine }: BuildRequest): Promise<string> {
    const content = await buffer(context);
    this.calls.push(`build ${tag}`);
    this.builds.push({ tag, args, context: content });
    onLine?.('Step 1/1 : FROM scratch');
    const image = imageOf(content);
    this.images.set(tag, image);
    return image.id;
  }

  async save(ref: string): Promise<Readable> {
    return Readable.from([Buffer.from(JSON.stringify({ ref, ...(await this.image(ref)) }))]);
  }

  async load(tar: Readable): Promise<void> {
    const text = (await buffer(tar)).toString();
    this.calls.push('load');
    try {
      const { ref, ...image } = JSON.parse(text) as FakeImage & { ref: string };
      this.images.set(ref, image);
    } catch (error) {
      throw engineFault(this.device, 'load an image', error);
    }
  }

  create(spec: ContainerSpec): Promise<string> {
    this.calls.push(`create ${spec.name}`);
    const state = { running: false, exitCode: null, outOfMemory: false, address: null, labels: spec.labels };
    this.containers.set(spec.name, { spec, state, printed: '' });
    return Promise.resolve(spec.name);
  }

  start(containerId: string): Promise<void> {
    this.calls.push(`start ${containerId}`);
    this.change(containerId, { running: true });
    return Promise.resolve();
  }

  inspect(containerId: string): Promise<ContainerState | null> {
    return Promise.resolve(this.containers.get(containerId)?.state ?? null);
  }

  logs(containerId: string): Promise<string> {
    return Promise.resolve(this.containers.get(containerId)?.printed ?? '');
  }

  stop(containerId: string, graceS: number): Promise<void> {
    this.calls.push(`stop ${containerId} ${graceS}`);
    this.change(containerId, { running: false, exitCode: 143 });
    return Promise.resolve();
  }

  remove(containerId: string): Promise<void> {
    this.calls.push(`remove ${containerId}`);
    this.containers.delete(containerId);
    return Promise.resolve();
  }

  find(labels: Readonly<Record<string, string>>): Promise<string[]> {
    const carries = [...this.containers].filter(([, { spec }]) => isPart(labels, spec.labels));
    return Promise.resolve(carries.map(([id]) => id));
  }

  makeInternalNetwork(spec: NetworkSpec): Promise<void> {
    this.networks.set(spec.name, spec);
    return Promise.resolve();
  }

  subnetOf(network: string): Promise<string | null> {
    return Promise.resolve(this.networks.get(network)?.subnet ?? null);
  }

  removeNetwork(name: string): Promise<void> {
    this.networks.delete(name);
    return Promise.resolve();
  }

  makeVolume(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
    this.volumeLabels.set(name, labels);
    return Promise.resolve();
  }

  volumes(labels: Readonly<Record<string, string>>): Promise<string[]> {
    return Promise.resolve(
      [...this.volumeLabels].filter(([, has]) => isPart(labels, has)).map(([name]) => name),
    );
  }

  removeVolume(name: string): Promise<void> {
    this.volumeLabels.delete(name);
    return Promise.resolve();
  }

  /** Ends or changes a container behind the back of who started it. */
  change(containerId: string, change: Partial<ContainerState>, printed?: string): void {
    const found = this.containers.get(containerId);
    if (found === undefined) return;
    found.state = { ...found.state, ...change };
    if (printed !== undefined) found.printed = printed;
  }

  private image(ref: string): Promise<FakeImage> {
    const image = this.images.get(ref);
    const missing = () =>
      engineFault(this.device, `look up the image ${ref}`, new Error(`No such image: ${ref}`));
    return image === undefined ? Promise.reject(missing()) : Promise.resolve(image);
  }
}

function imageOf(content: Buffer): FakeImage {
  return {
    id: `sha256:${createHash('sha256').update(content).digest('hex')}`,
    sizeBytes: content.length,
  };
}

function isPart(labels: Readonly<Record<string, string>>, of: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([key, value]) => of[key] === value);
}
