import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LAN } from '../src/index.js';
import { collab } from './door.js';
import { program, type Ended } from './programs.js';
import { say } from './run-bench.js';

const command = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

export interface BenchLabSettings {
  devices: number;
  /** Cores of each device; may be a fraction. */
  cpus: number;
  /** A value for `--memory`, e.g. `512m`. */
  memory: string;
  /** Link limits for `--rate` (each device) and `--uplink` (this machine), e.g. `100mbit`. */
  rate?: string;
  uplink?: string;
}

/**
 * Lab devices for a benchmark, set up as a LAN in a separate workspace with the built command, as a user would. Does not
 * affect another running Lab; the name is `bench` or COLLAB_BENCH_LAB.
 */
export class BenchLab {
  private constructor(
    readonly name: string,
    /** Folder of the workspace. */
    readonly folder: string,
    readonly lan: LAN,
  ) {}

  static async up({ devices, cpus, memory, rate, uplink }: BenchLabSettings): Promise<BenchLab> {
    const name = process.env.COLLAB_BENCH_LAB ?? 'bench';
    const folder = mkdtempSync(join(tmpdir(), 'collab-bench-'));
    mkdirSync(join(folder, 'TestCases'));
    await program([fileURLToPath(new URL('../scripts/engine.sh', import.meta.url))]);
    const lab = (...args: string[]) => program([process.execPath, command, ...args], { cwd: folder });
    const links = [...(rate ? ['--rate', rate] : []), ...(uplink ? ['--uplink', uplink] : [])];
    say(`Lab of ${devices} devices (${cpus} cores, ${memory} each) ${links.join(' ')}`);
    try {
      await lab('lab', 'down', '--name', name);
      const limits = ['--devices', String(devices), '--cpus', String(cpus), '--memory', memory, ...links];
      await lab('lab', 'up', '--name', name, ...limits);
      await lab(
        'setup',
        '--lan',
        name,
        '--interface',
        `collab-${name}`,
        '--expect',
        String(devices),
        '--key',
        `.collab/lab/${name}/id_ed25519`,
        '--yes',
      );
      const lan = await new collab.LanStore(new collab.Workspace(folder)).load(name);
      if (lan.devices.length !== devices) throw new Error(`only ${lan.devices.length} devices were set up`);
      return new BenchLab(name, folder, lan);
    } catch (error) {
      await remove(name, folder);
      throw error;
    }
  }

  get interface(): string {
    return `collab-${this.name}`;
  }

  /** Private key for the user `collab` on each device. */
  get keyPath(): string {
    return join(this.folder, '.collab/lab', this.name, 'id_ed25519');
  }

  get knownHosts(): string {
    return join(this.folder, '.collab/lab', this.name, 'known_hosts');
  }

  /** Runs the built command in the workspace. */
  collab(...args: string[]): Promise<Ended> {
    return program([process.execPath, command, ...args], { cwd: this.folder });
  }

  /** Runs a command as root on a device, bypassing everything that is measured. */
  onDevice(device: string, ...argv: string[]): Promise<Ended> {
    return program(['docker', 'exec', `collab-${this.name}-${device}`, ...argv]);
  }

  /** Removes the devices and the workspace. */
  async down(): Promise<void> {
    await remove(this.name, this.folder);
  }
}

async function remove(name: string, folder: string): Promise<void> {
  await program([process.execPath, command, 'lab', 'down', '--name', name], { cwd: folder });
  rmSync(folder, { recursive: true, force: true });
}
