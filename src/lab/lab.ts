import { cpus, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import type { ContainerState, Engine } from '../deployment/index.js';
import { CollabError, ExitCode } from '../errors.js';
import type { Clock, Emit } from '../events.js';
import { forgetInLans, KnownHosts, makeKeyPair } from '../network/index.js';
import type { Workspace } from '../workspace/index.js';
import { awaitDevice } from './await-device.js';
import type { LabEvent } from './events.js';
import { deviceContainer } from './lab-container.js';
import { labImage } from './lab-image.js';
import { shapeBridge } from './shape-bridge.js';
import {
  freeSubnets,
  labLabel,
  networkName,
  planLab,
  rateText,
  type LabDevicePlan,
  type LabSettings,
} from './lab-plan.js';

export interface LabDevice {
  name: string;
  address: string;
  running: boolean;
  cpus: number;
  memoryBytes: number;
  rateBitsPerS: number | null;
  uplinkBitsPerS: number | null;
  store: LabSettings['store'];
}

export interface LabStatus {
  name: string;
  /** Network interface to the devices; null when the Lab is down. */
  interface: string | null;
  subnet: string | null;
  /** Private key for the login `collab` on each device. */
  keyPath: string;
  devices: LabDevice[];
}

/** Virtual devices on this machine, each a separate host on an isolated bridge. */
export class Lab {
  constructor(
    readonly name: string,
    private readonly engine: Engine,
    private readonly workspace: Workspace,
    private readonly clock: Clock,
  ) {
    if (!/^[a-z0-9]{1,8}$/.test(name)) {
      throw new CollabError('lab-name', {
        what: `"${name}" cannot be the name of a Lab.`,
        why: 'It becomes part of the name of a network interface, which is short.',
        next: 'Use 1 to 8 lowercase letters and digits, e.g. --name lab',
        exitCode: ExitCode.usage,
      });
    }
  }

  /** Starts the Lab, or its missing devices, and waits until every device accepts a login and its engine answers. */
  async up(
    settings: Omit<LabSettings, 'name'>,
    emit: Emit<LabEvent>,
    signal: AbortSignal,
  ): Promise<LabStatus> {
    const wanted: LabSettings = { ...settings, name: this.name };
    checkSettings(wanted);
    await this.refuseOtherLimits(wanted);
    const publicKey = await this.key();
    const image = await labImage(this.engine, emit, signal);
    const subnet = await this.network(emit);
    const devices = planLab(wanted, subnet, cpus().length);
    for (const device of devices) {
      signal.throwIfAborted();
      await this.start(wanted, device, image, publicKey, emit);
    }
    await shapeBridge(this.engine, wanted, devices, image, this.clock);
    const { keyPath } = this;
    await Promise.all(
      devices.map((device) =>
        awaitDevice({ device, keyPath, knownHosts: this.knownHosts, clock: this.clock, signal, emit }),
      ),
    );
    return this.status();
  }

  async status(): Promise<LabStatus> {
    const subnet = await this.engine.subnetOf(networkName(this.name));
    const devices = [...(await this.containers()).values()].map(({ labels, running, address }) => ({
      name: labels['collab.lab.device'] ?? '',
      address: address ?? '',
      running,
      cpus: Number(labels['collab.lab.cpus']),
      memoryBytes: Number(labels['collab.lab.memory']),
      rateBitsPerS: limitOf(labels['collab.lab.rate']),
      uplinkBitsPerS: limitOf(labels['collab.lab.uplink']),
      store: labels['collab.lab.store'] === 'containerd' ? ('containerd' as const) : ('classic' as const),
    }));
    devices.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
    const bridge = subnet === null ? null : networkName(this.name);
    return { name: this.name, interface: bridge, subnet, keyPath: this.keyPath, devices };
  }

  /** Removes the devices and their disks, the network, the key and the known host keys. */
  async down(emit: Emit<LabEvent>): Promise<void> {
    for (const [id, state] of await this.containers()) {
      await this.engine.remove(id);
      if (state.address !== null) await this.forgetKeys(state.address);
      emit({ kind: 'lab.removed', device: state.labels['collab.lab.device'] ?? id });
    }
    for (const volume of await this.engine.volumes({ [labLabel]: this.name }))
      await this.engine.removeVolume(volume);
    await this.engine.removeNetwork(networkName(this.name));
    await rm(this.folder, { recursive: true, force: true });
  }

  private get folder(): string {
    return join(this.workspace.private, 'lab', this.name);
  }
  private get keyPath(): string {
    return join(this.folder, 'id_ed25519');
  }
  private get knownHosts(): KnownHosts {
    return new KnownHosts(join(this.folder, 'known_hosts'));
  }

  /** A removed or recreated device gets new host keys: forgets the old ones here and in every LAN. */
  private async forgetKeys(address: string): Promise<void> {
    const own = await this.knownHosts.find(address, 22);
    const fingerprints = own.map(({ key }) => key.fingerprint);
    await forgetInLans(this.workspace, { host: address, port: 22 }, fingerprints);
    await this.knownHosts.forget(address, 22);
  }

  /** The Lab's public key; the pair is created at first use. */
  private async key(): Promise<string> {
    if (!existsSync(this.keyPath)) {
      if ((await this.containers()).size > 0) throw ofAnotherWorkspace(this.name, this.keyPath);
      await this.workspace.openPrivate();
      await makeKeyPair(this.keyPath, `collab-lab-${this.name}`);
    }
    return (await readFile(`${this.keyPath}.pub`, 'utf8')).trim();
  }

  private async network(emit: Emit<LabEvent>): Promise<string> {
    const name = networkName(this.name);
    const there = await this.engine.subnetOf(name);
    if (there !== null) return there;
    const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    const taken = [
      ...addresses.map(({ address, cidr }) => cidr ?? address),
      ...(await this.engine.subnets()),
    ];
    for (const subnet of freeSubnets(taken)) {
      try {
        const labels = { [labLabel]: this.name };
        await this.engine.makeInternalNetwork({ name, bridge: name, subnet, labels });
      } catch (error) {
        // A Lab that came up at the same moment took it.
        if (error instanceof CollabError && error.name === 'subnet-taken') continue;
        throw error;
      }
      emit({ kind: 'lab.network', interface: name, subnet });
      return subnet;
    }
    throw noSubnet();
  }

  private async start(
    settings: LabSettings,
    device: LabDevicePlan,
    image: string,
    publicKey: string,
    emit: Emit<LabEvent>,
  ): Promise<void> {
    const found = await this.engine.inspect(device.container);
    if (found?.running === true) {
      emit({ kind: 'lab.present', device: device.name, address: device.address });
      return;
    }
    emit({ kind: 'lab.starting', device: device.name, address: device.address });
    if (found === null) {
      await this.forgetKeys(device.address);
      await this.engine.makeVolume(device.volume, { [labLabel]: this.name });
      await this.engine.create(deviceContainer(settings, device, image, publicKey));
    }
    await this.engine.start(device.container);
  }

  private async containers(): Promise<Map<string, ContainerState>> {
    const found = new Map<string, ContainerState>();
    for (const id of await this.engine.find({ [labLabel]: this.name })) {
      const state = await this.engine.inspect(id);
      if (state !== null) found.set(id, state);
    }
    return found;
  }

  /** Limits of a running device cannot change: @throws CollabError `lab-differs` */
  private async refuseOtherLimits(wanted: LabSettings): Promise<void> {
    const { devices } = await this.status();
    const limits = ['cpus', 'memoryBytes', 'rateBitsPerS', 'uplinkBitsPerS', 'store'] as const;
    const other = devices.find((device) => limits.some((limit) => device[limit] !== wanted[limit]));
    if (other === undefined && devices.length <= wanted.devices) return;
    const has =
      other === undefined
        ? ''
        : `, each of ${other.cpus} cores and ${other.memoryBytes} bytes (rate ${rateText(other.rateBitsPerS)}, uplink ${rateText(other.uplinkBitsPerS)}, ${other.store} image store)`;
    throw new CollabError('lab-differs', {
      what: `The Lab "${this.name}" is up with other settings.`,
      why: `It has ${devices.length} devices${has}.`,
      next: `Take it down first: collab lab down${this.name === 'lab' ? '' : ` --name ${this.name}`}`,
      exitCode: ExitCode.usage,
    });
  }
}

/** A limit from a label; null for 0 or no label. */
function limitOf(label: string | undefined): number | null {
  return label === undefined || label === '0' ? null : Number(label);
}

function checkSettings({ devices, cpus: cores, memoryBytes }: LabSettings): void {
  const fault =
    !Number.isInteger(devices) || devices < 1 || devices > 32
      ? `--devices must be a whole number from 1 to 32, not ${devices}`
      : !(cores >= 0.1 && cores <= cpus().length)
        ? `--cpus must lie between 0.1 and ${cpus().length}, the cores of this machine, not ${cores}`
        : !(memoryBytes >= 256 * 2 ** 20)
          ? '--memory must be at least 256m: less is not enough for an sshd and a Docker Engine'
          : null;
  if (fault === null) return;
  throw new CollabError('lab-settings', {
    what: 'These settings are not valid for a Lab.',
    why: fault,
    next: 'For example: collab lab up --devices 2 --cpus 1 --memory 1g',
    exitCode: ExitCode.usage,
  });
}

function ofAnotherWorkspace(name: string, keyPath: string): CollabError {
  return new CollabError('lab-of-another', {
    what: `The Lab "${name}" on this machine was brought up from another workspace.`,
    why: `Its key is not in this workspace (${keyPath}).`,
    next: `Take it down (collab lab down --name ${name}), or bring up a second one: collab lab up --name mine`,
    exitCode: ExitCode.usage,
  });
}

function noSubnet(): CollabError {
  return new CollabError('no-subnet', {
    what: 'There is no free subnet for the Lab.',
    why: 'Each subnet that a Lab can use overlaps a network of this machine or of its Docker Engine.',
    next: 'Remove networks that are not needed (docker network prune), then try again.',
    exitCode: ExitCode.usage,
  });
}
