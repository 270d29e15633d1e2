import { readdirSync, readFileSync } from 'node:fs';
import type { BenchLab } from '../bench-lab.js';
import { program } from '../programs.js';

const everyMs = 50;

/** What the processes of a Lab device write to its disk, seen from this machine (root). */
export class Written {
  private readonly byProcess = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly containerId: string,
    private readonly before: ReadonlyMap<string, number>,
  ) {
    this.timer = setInterval(() => this.read(), everyMs);
  }

  /** Begins to count. */
  static async of(lab: BenchLab, device: string): Promise<Written> {
    const { stdout } = await program(['docker', 'inspect', '-f', '{{.Id}}', `collab-${lab.name}-${device}`]);
    const first = new Written(stdout.trim(), new Map());
    first.read();
    clearInterval(first.timer);
    return new Written(stdout.trim(), first.byProcess);
  }

  /** Ends counting. */
  bytes(): Promise<number> {
    this.read();
    clearInterval(this.timer);
    const sums = [...this.byProcess].map(([pid, bytes]) => bytes - (this.before.get(pid) ?? 0));
    return Promise.resolve(sums.reduce((sum, bytes) => sum + bytes, 0));
  }

  private read(): void {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        if (!readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(this.containerId)) continue;
        const bytes = /^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1];
        this.byProcess.set(pid, Number(bytes ?? 0));
      } catch {
        // It ended meanwhile; what it had written by the last reading stays counted.
      }
    }
  }
}
