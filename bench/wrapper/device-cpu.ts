import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchLab } from '../bench-lab.js';
import { program } from '../programs.js';

/**
 * The CPU time of a Lab device without its containers: its sshd, engine, and what collab runs there. Read from this
 * machine (root), so that reading costs the device nothing.
 */
export class DeviceCpu {
  private constructor(private readonly folder: string) {}

  static async of(lab: BenchLab, device: string): Promise<DeviceCpu> {
    const { stdout } = await program([
      'docker',
      'inspect',
      '-f',
      '{{.State.Pid}}',
      `collab-${lab.name}-${device}`,
    ]);
    const lines = readFileSync(`/proc/${stdout.trim()}/cgroup`, 'utf8').trim().split('\n');
    const fields = lines.map((line) => line.split(':'));
    const v1 = fields.find(([, controllers]) => controllers?.split(',').includes('cpuacct'));
    // With version 2, the device's own processes are in a child of its cgroup (src/lab/image/start.sh).
    const v2 = fields.find(([, controllers]) => controllers === '');
    const folder = v1
      ? join('/sys/fs/cgroup/cpuacct', v1[2] ?? '')
      : join('/sys/fs/cgroup', v2?.[2] ?? '', '..');
    return new DeviceCpu(folder);
  }

  /** Seconds since the device started. */
  seconds(): number {
    const nested = readdirSync(this.folder).filter((name) => name.startsWith('docker'));
    const inside = nested.map((name) => usageS(join(this.folder, name)));
    return usageS(this.folder) - inside.reduce((sum, one) => sum + one, 0);
  }
}

function usageS(folder: string): number {
  const v1 = join(folder, 'cpuacct.usage');
  if (existsSync(v1)) return Number(readFileSync(v1, 'utf8')) / 1e9;
  return Number(/^usage_usec (\d+)$/m.exec(readFileSync(join(folder, 'cpu.stat'), 'utf8'))?.[1]) / 1e6;
}
