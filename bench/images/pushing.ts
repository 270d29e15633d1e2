import { mkdirSync, writeFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CollabEvent, ConnectedDevice, Engine } from '../../src/index.js';
import { BenchLab, type BenchLabSettings } from '../bench-lab.js';
import { collab } from '../door.js';
import { program } from '../programs.js';
import { freshDisk } from './fresh-disk.js';

/** The base of all images; COLLAB_BENCH_BASE=python selects another one to try the benchmark itself. */
export const base = process.env.COLLAB_BENCH_BASE ?? 'torch';

export interface PushTimes {
  /** Total without reading layers; gzipping happens while sending. */
  seconds: number;
  /** From finding the layers below the code to the last answer of a device. */
  deliverySeconds: number;
  /** Reading layers from this machine's engine before sending, once for all devices. */
  readingSeconds: number;
  /** Gzipping them meanwhile, once for all devices. */
  gzipSeconds: number;
  sentBytes: number;
  /** Tag of the image, and its id on the first device. */
  ref: string;
  imageId: string;
  /** Bytes sent per device, at each progress event. */
  progress: { device: string; sentBytes: number }[];
}

/** Devices of a Lab with connections that are open, and pushes to them that are timed. */
export class Pushing {
  private emptied = 0;

  private constructor(
    readonly lab: BenchLab,
    readonly open: { connected: ConnectedDevice; engine: Engine }[],
  ) {}

  static async up(settings: Omit<BenchLabSettings, 'cpus' | 'memory'>): Promise<Pushing> {
    const lab = await BenchLab.up({ cpus: 2, memory: '4g', ...settings });
    try {
      const workspace = new collab.Workspace(lab.folder);
      const { devices } = lab.lan;
      const reach = { lan: lab.lan, workspace, emit: () => undefined };
      const open = [];
      for (const answer of await collab.connectDevices(devices, reach)) {
        if (!('connected' in answer)) throw answer.error;
        const { connected } = answer;
        open.push({ connected, engine: await collab.deviceEngine(connected) });
      }
      return new Pushing(lab, open);
    } catch (error) {
      await lab.down();
      throw error;
    }
  }

  async down(): Promise<void> {
    await Promise.all(this.open.map(({ connected }) => connected.close()));
    await this.lab.down();
  }

  /** Makes an experiment of these files. @returns its folder */
  experiment(name: string, files: Record<string, string>, flavor = base): string {
    const folder = join(this.lab.folder, 'TestCases', name);
    mkdirSync(folder, { recursive: true });
    const role = `  worker:\n    base: ${flavor}\n    command: [python3, main.py]\n`;
    const all = { 'experiment.yaml': `name: ${name}\nroles:\n${role}`, ...files };
    for (const [path, content] of Object.entries(all)) writeFileSync(join(folder, path), content);
    return folder;
  }

  /** Pushes over the open connections. @throws what failed on a device */
  async push(experiment: string): Promise<PushTimes> {
    const events: { at: number; event: CollabEvent }[] = [];
    const started = performance.now();
    const pushed = await collab.pushImagesTo(this.open, {
      experiment,
      workspace: new collab.Workspace(this.lab.folder),
      emit: (event) => events.push({ at: performance.now(), event }),
      signal: new AbortController().signal,
    });
    const ended = performance.now();
    const [failure] = pushed.failures;
    if (failure !== undefined) throw failure.error;
    const ofKind = <K extends CollabEvent['kind']>(kind: K) =>
      events.flatMap(({ at, event }) =>
        event.kind === kind ? [{ at, event: event as Extract<CollabEvent, { kind: K }> }] : [],
      );
    const packedSeconds = (how: 'read' | 'gzip') =>
      ofKind('delivery.packed').reduce((sum, { event }) => sum + (event.how === how ? event.seconds : 0), 0);
    const readingSeconds = packedSeconds('read');
    const found = ofKind('layer.present').at(-1)?.at ?? started;
    return {
      readingSeconds,
      gzipSeconds: packedSeconds('gzip'),
      seconds: (ended - started) / 1000 - readingSeconds,
      deliverySeconds: (ended - found) / 1000,
      sentBytes: ofKind('delivery.done').reduce((sum, { event }) => sum + event.sent_bytes, 0),
      ref: pushed.devices[0]?.images[0]?.ref ?? '',
      imageId: pushed.devices[0]?.images[0]?.imageId ?? '',
      progress: ofKind('delivery.progress').map(({ event }) => ({
        device: event.device,
        sentBytes: event.sent_bytes,
      })),
    };
  }

  /** Gives all devices an engine without images. */
  async empty(): Promise<void> {
    this.emptied += 1;
    for (const { connected } of this.open) await freshDisk(this.lab, connected.device.name, this.emptied);
  }

  /** Drops the gzipped form of all layers that this machine keeps. */
  async forgetGzipped(): Promise<void> {
    const { folder } = new collab.LayerStore();
    for (const name of await readdir(folder)) if (name.endsWith('.gz')) await rm(join(folder, name));
  }

  /** The tag of the base, which is on this machine too, once an experiment was pushed. */
  async baseRef(): Promise<string> {
    const format = '{{.Repository}}:{{.Tag}}';
    const first = this.open[0]?.connected.device.name ?? '';
    const { stdout } = await this.lab.onDevice(first, 'docker', 'images', '--format', format);
    const ref = stdout.split('\n').find((line) => line.startsWith(`collab/base-${base}:`));
    if (ref === undefined) throw new Error(`no base on ${first}: ${stdout}`);
    return ref;
  }

  /** Words of an `ssh` to the first device over one connection that stays open. */
  ssh(...options: string[]): string[] {
    const device = this.open[0]?.connected.device;
    const control = ['-o', 'ControlMaster=auto', '-o', `ControlPath=${this.lab.folder}/ssh-%C`];
    const keep = ['-o', 'ControlPersist=60', '-o', `UserKnownHostsFile=${this.lab.knownHosts}`];
    const key = ['-o', 'IdentitiesOnly=yes', '-i', this.lab.keyPath];
    return ['ssh', ...control, ...keep, ...key, ...options, `${device?.user ?? ''}@${device?.address ?? ''}`];
  }

  /** `docker save | ssh docker load`. @returns seconds */
  async saveAndLoad(ref: string): Promise<number> {
    const words = this.ssh().map((word) => `'${word}'`);
    const script = `set -o pipefail; docker save ${ref} | ${words.join(' ')} docker load`;
    return (await program(['bash', '-c', script])).tookMs / 1000;
  }

  /** The first device's engine imports the lowest layer without the link: a lower bound for any delivery. @returns seconds */
  async importAlone(ref: string): Promise<number> {
    const device = this.open[0]?.connected.device.name ?? '';
    const format = '{{index .RootFS.Layers 0}}';
    const { stdout } = await program(['docker', 'image', 'inspect', '-f', format, ref]);
    const tar = join(new collab.LayerStore().folder, `${stdout.trim().replace('sha256:', '')}.tar`);
    const script = `docker exec -i collab-${this.lab.name}-${device} docker import - bench/alone:1 <'${tar}'`;
    return (await program(['bash', '-c', script])).tookMs / 1000;
  }

  /**
   * Counts how often something went to the first device and back, one after the other: requests that are under way
   * together count once, and each waits for its channel and for its answer.
   */
  async countingTrips(work: () => Promise<unknown>): Promise<number> {
    const shell = this.open[0]?.connected.shell;
    if (shell === undefined) throw new Error('no device');
    const [dial, exec] = [shell.dialUnix.bind(shell), shell.exec.bind(shell)];
    let open = 0;
    let rows = 0;
    const began = () => {
      if (open === 0) rows += 1;
      open += 1;
    };
    shell.dialUnix = async (path) => {
      began();
      const stream = await dial(path);
      stream.once('close', () => (open -= 1));
      return stream;
    };
    shell.exec = async (argv, options) => {
      began();
      return exec(argv, options).finally(() => (open -= 1));
    };
    try {
      await work();
      return 2 * rows;
    } finally {
      Object.assign(shell, { dialUnix: dial, exec });
    }
  }
}
