import type { Readable } from 'node:stream';
import { contentOf, type TarFile } from '../archives/index.js';
import type { ContainerSpec, ContainerState, Engine, FileOwner, NetworkSpec } from './engine.js';
import { carries, FakeImages } from './fake-images.js';
import { engineFault } from './faults.js';

interface FakeContainer {
  spec: ContainerSpec;
  state: ContainerState;
  /** What it printed. */
  printed: string;
  /** Those written into it, by path, except those in a volume. */
  files?: Map<string, FakeFile>;
}

interface FakeFile {
  content: Buffer;
  mode: number;
  owner: FileOwner;
}

/** An engine for unit tests: images, containers, networks and volumes in memory. */
export class FakeEngine extends FakeImages implements Engine {
  readonly containers = new Map<string, FakeContainer>();
  readonly networks = new Map<string, NetworkSpec>();
  readonly volumeLabels = new Map<string, Readonly<Record<string, string>>>();
  /** Files of every container, by path. */
  readonly containerFiles = new Map([['/etc/passwd', 'root:x:0:0:root:/root:/bin/bash\n']]);
  /** Files written into volumes: by name of the volume, then by path below it. */
  readonly volumeFiles = new Map<string, Map<string, FakeFile>>();
  /** How a container ends as soon as it is started; undefined: it runs until it is stopped. */
  endsAtOnce: (spec: ContainerSpec) => { exitCode: number; printed?: string } | undefined = () => undefined;
  /** Called when a container has changed, for those that wait for its end. */
  private readonly lookers = new Set<() => void>();
  version(): Promise<{ version: string; architecture: string }> {
    return Promise.resolve({ version: '26.1.5', architecture: this.architecture });
  }

  create(spec: ContainerSpec): Promise<string> {
    this.calls.push(`create ${spec.name}`);
    const doing = `create the container ${spec.name}`;
    if (this.named(spec.image) === undefined)
      return Promise.reject(this.noSuch(doing, `image: ${spec.image}`));
    if (this.containers.has(spec.name))
      return Promise.reject(engineFault(this.device, doing, new Error('the name is already in use')));
    const state = {
      name: spec.name,
      createdAt: new Date(),
      running: false,
      paused: false,
      exitCode: 0,
      outOfMemory: false,
      address: null,
      labels: spec.labels,
    };
    this.containers.set(spec.name, { spec, state, printed: '' });
    return Promise.resolve(spec.name);
  }

  start(containerId: string): Promise<void> {
    this.calls.push(`start ${containerId}`);
    const found = this.containers.get(containerId);
    if (found === undefined)
      return Promise.reject(this.noSuch('start a container', `container: ${containerId}`));
    const published = [...this.containers.values()].filter(({ state }) => state.running);
    const publishes = ({ ports = [] }: ContainerSpec) =>
      ports.map(({ host, protocol = 'tcp' }) => `${host}/${protocol}`);
    const taken = published.flatMap(({ spec }) => publishes(spec));
    if (publishes(found.spec).some((port) => taken.includes(port))) {
      const allocated = new Error('port is already allocated');
      return Promise.reject(engineFault(this.device, 'start a container', allocated));
    }
    this.change(containerId, { running: true, exitCode: null });
    const end = this.endsAtOnce(found.spec);
    if (end !== undefined) this.change(containerId, { running: false, exitCode: end.exitCode }, end.printed);
    return Promise.resolve();
  }

  inspect(containerId: string): Promise<ContainerState | null> {
    return Promise.resolve(this.containers.get(containerId)?.state ?? null);
  }

  waitForEnd(containerId: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!signal.aborted && this.containers.get(containerId)?.state.running === true) return;
        this.lookers.delete(look);
        resolve();
      };
      this.lookers.add(look);
      signal.addEventListener('abort', look, { once: true });
      look();
    });
  }

  logs(containerId: string, lines: number): Promise<string> {
    const found = this.containers.get(containerId);
    if (found === undefined)
      return Promise.reject(this.noSuch('read a container log', `container: ${containerId}`));
    const printed = found.printed.split(/(?<=\n)/);
    return Promise.resolve(printed.slice(-lines).join(''));
  }

  readFile(containerId: string, path: string): Promise<Buffer | null> {
    const found = this.containers.get(containerId);
    if (found === undefined) return Promise.resolve(null);
    const { files, name } = this.placeOf(found, path);
    const content = files.get(name)?.content ?? this.containerFiles.get(path);
    return Promise.resolve(content === undefined ? null : Buffer.from(content));
  }

  async writeFiles(
    containerId: string,
    folder: string,
    files: readonly TarFile[],
    owner: FileOwner = { uid: 0, gid: 0 },
  ): Promise<void> {
    const doing = `write files into ${folder} of a container`;
    const found = this.containers.get(containerId);
    if (found === undefined) throw this.noSuch(doing, `container: ${containerId}`);
    if (!this.hasFolder(found, folder)) throw this.noSuch(doing, `file or directory: ${folder}`);
    for (const file of files) {
      this.calls.push(`write ${containerId} ${folder}/${file.name}`);
      const place = this.placeOf(found, `${folder}/${file.name}`);
      const content = Buffer.from(await contentOf(file));
      const mode = file.mode ?? (file.executable === true ? 0o777 : 0o666);
      place.files.set(place.name, { content, mode, owner });
    }
  }

  /** Where a file of a container lies: in a volume that is mounted above it, or in the container. */
  private placeOf(container: FakeContainer, path: string): { files: Map<string, FakeFile>; name: string } {
    const mounts = container.spec.mounts ?? [];
    const mount = mounts.find(({ kind, target }) => kind === 'volume' && path.startsWith(`${target}/`));
    if (mount === undefined) return { files: (container.files ??= new Map()), name: path };
    const files = this.volumeFiles.get(mount.source) ?? new Map<string, FakeFile>();
    this.volumeFiles.set(mount.source, files);
    return { files, name: path.slice(mount.target.length + 1) };
  }

  private hasFolder({ spec, files = new Map() }: FakeContainer, folder: string): boolean {
    const paths = [...this.containerFiles.keys(), ...files.keys()];
    const isMounted = spec.mounts?.some(({ target }) => `${folder}/`.startsWith(`${target}/`)) === true;
    return isMounted || folder === '/' || paths.some((path) => path.startsWith(`${folder}/`));
  }

  stop(containerId: string, graceS: number): Promise<void> {
    this.calls.push(`stop ${containerId} ${graceS}`);
    const running = this.containers.get(containerId)?.state.running === true;
    if (running) this.set(containerId, { running: false, exitCode: 143 });
    return Promise.resolve();
  }

  kill(containerId: string): Promise<void> {
    this.calls.push(`kill ${containerId}`);
    const running = this.containers.get(containerId)?.state.running === true;
    if (running) this.set(containerId, { running: false, paused: false, exitCode: 137 });
    return Promise.resolve();
  }

  pause(containerId: string): Promise<void> {
    this.calls.push(`pause ${containerId}`);
    if (this.containers.get(containerId)?.state.running !== true)
      return Promise.reject(this.noSuch('pause a container', `running container: ${containerId}`));
    this.set(containerId, { paused: true });
    return Promise.resolve();
  }

  unpause(containerId: string): Promise<void> {
    this.calls.push(`unpause ${containerId}`);
    this.set(containerId, { paused: false });
    return Promise.resolve();
  }

  remove(containerId: string): Promise<void> {
    this.calls.push(`remove ${containerId}`);
    this.containers.delete(containerId);
    this.tellLookers();
    return Promise.resolve();
  }

  find(labels: Readonly<Record<string, string>>): Promise<string[]> {
    const found = [...this.containers].filter(([, { spec }]) => carries(spec.labels, labels));
    return Promise.resolve(found.map(([id]) => id));
  }

  override exportContainer(containerId: string): Promise<Readable> {
    if (!this.containers.has(containerId))
      return Promise.reject(this.noSuch('export a container', `container: ${containerId}`));
    return super.exportContainer(containerId);
  }

  protected override usesImage = (names: readonly string[]): boolean =>
    [...this.containers.values()].some(({ spec }) => names.includes(spec.image));

  makeInternalNetwork(spec: NetworkSpec): Promise<void> {
    if (this.networks.has(spec.name)) {
      const exists = new Error(`network with name ${spec.name} already exists`);
      return Promise.reject(engineFault(this.device, `make the network ${spec.name}`, exists));
    }
    if ([...this.networks.values()].some(({ subnet }) => subnet === spec.subnet)) {
      const taken = new Error('Pool overlaps with other one on this address space');
      return Promise.reject(engineFault(this.device, `make the network ${spec.name}`, taken));
    }
    this.networks.set(spec.name, spec);
    return Promise.resolve();
  }

  subnets(): Promise<string[]> {
    return Promise.resolve([...this.networks.values()].map(({ subnet }) => subnet));
  }

  subnetOf(network: string): Promise<string | null> {
    return Promise.resolve(this.networks.get(network)?.subnet ?? null);
  }

  removeNetwork(name: string): Promise<void> {
    this.networks.delete(name);
    return Promise.resolve();
  }

  makeVolume(name: string, labels: Readonly<Record<string, string>>): Promise<string> {
    this.volumeLabels.set(name, this.volumeLabels.get(name) ?? labels);
    return Promise.resolve(`/var/lib/docker/volumes/${name}/_data`);
  }

  volumes(labels: Readonly<Record<string, string>>): Promise<string[]> {
    return Promise.resolve(
      [...this.volumeLabels].filter(([, has]) => carries(has, labels)).map(([name]) => name),
    );
  }

  removeVolume(name: string): Promise<void> {
    this.volumeLabels.delete(name);
    this.volumeFiles.delete(name);
    return Promise.resolve();
  }

  /** Ends or changes a container behind the back of who started it. One that is to restart runs again at once. */
  change(containerId: string, change: Partial<ContainerState>, printed?: string): void {
    const found = this.containers.get(containerId);
    if (found === undefined) return;
    if (printed !== undefined) found.printed = printed;
    const ends = found.state.running && change.running === false;
    if (ends && found.spec.restart !== undefined) this.calls.push(`restart ${containerId}`);
    else this.set(containerId, change);
  }

  private set(containerId: string, change: Partial<ContainerState>): void {
    const found = this.containers.get(containerId);
    if (found !== undefined) found.state = { ...found.state, ...change };
    this.tellLookers();
  }

  private tellLookers(): void {
    for (const look of this.lookers) look();
  }
}
