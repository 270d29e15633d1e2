import type { ContainerSpec, ContainerState, Engine, NetworkSpec } from './engine.js';
import { FakeImages } from './fake-images.js';

interface FakeContainer {
  spec: ContainerSpec;
  state: ContainerState;
  /** What it printed. */
  printed: string;
}

/** An engine for unit tests: images, containers, networks and volumes in memory. */
export class FakeEngine extends FakeImages implements Engine {
  readonly containers = new Map<string, FakeContainer>();
  readonly networks = new Map<string, NetworkSpec>();
  readonly volumeLabels = new Map<string, Readonly<Record<string, string>>>();
  version(): Promise<{ version: string; architecture: string }> {
    return Promise.resolve({ version: '26.1.5', architecture: this.architecture });
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
}

function isPart(labels: Readonly<Record<string, string>>, of: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([key, value]) => of[key] === value);
}
