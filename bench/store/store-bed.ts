import { randomBytes } from 'node:crypto';
import { mkdirSync, openSync, closeSync, writeSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BenchLab } from '../bench-lab.js';
import { program, type Ended } from '../programs.js';
import { labSsh } from '../ssh-config.js';

const keepers = ['edge1', 'edge2', 'edge3'];

/** A Lab of five devices whose links have 1 Gbit/s, with a fleet of which three are keepers, and scp to the same three. */
export class StoreBed {
  readonly keepers = keepers;
  #made = 0;

  private constructor(
    readonly lab: BenchLab,
    private readonly sshConfig: string,
  ) {}

  static async up(): Promise<StoreBed> {
    const lab = await BenchLab.up({ devices: 5, cpus: 2, memory: '1g', rate: '1gbit', uplink: '1gbit' });
    try {
      await lab.collab('fleet', 'up', '--keepers', keepers.join(','), '--yes');
      return new StoreBed(lab, labSsh(lab).config);
    } catch (error) {
      await lab.down();
      throw error;
    }
  }

  down(): Promise<void> {
    return this.lab.down();
  }

  store(...args: string[]): Promise<Ended> {
    return this.lab.collab('store', ...args);
  }

  /** A file of random bytes, which nothing can compress. */
  file(bytes: number): string {
    const path = join(this.lab.folder, `file-${++this.#made}`);
    const file = openSync(path, 'w');
    for (let left = bytes; left > 0; left -= 1 << 20) writeSync(file, randomBytes(Math.min(left, 1 << 20)));
    closeSync(file);
    return path;
  }

  /** A folder of files of random bytes. */
  folder(files: number, bytes: number): string {
    const folder = join(this.lab.folder, `folder-${++this.#made}`);
    mkdirSync(folder);
    for (let at = 0; at < files; at++) {
      const file = openSync(join(folder, `${at}.bin`), 'w');
      writeSync(file, randomBytes(bytes));
      closeSync(file);
    }
    return folder;
  }

  remove(path: string): void {
    rmSync(path, { recursive: true, force: true });
  }

  /** A name that was not used before. */
  newName(): string {
    return `bench/${++this.#made}`;
  }

  addressOf(device: string): string {
    const found = this.lab.lan.devices.find(({ name }) => name === device);
    if (found === undefined) throw new Error(`the Lab has no ${device}`);
    return found.address;
  }

  async scpTo(device: string, path: string): Promise<number> {
    const to = `collab@${this.addressOf(device)}:/tmp/scp-file`;
    return (await program(['scp', '-q', '-F', this.sshConfig, path, to])).tookMs;
  }

  async scpFrom(device: string, path: string): Promise<number> {
    const from = `collab@${this.addressOf(device)}:/tmp/scp-file`;
    return (await program(['scp', '-q', '-F', this.sshConfig, from, path])).tookMs;
  }

  /** Acts on the fleet's container of a device, e.g. `kill` or `start`. */
  async container(device: string, ...act: string[]): Promise<void> {
    await this.lab.onDevice(device, 'docker', ...act, `collab-fleet-${this.lab.name}`);
  }
}
