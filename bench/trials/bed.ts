import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchLab } from '../bench-lab.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The command of this checkout, and of another version if COLLAB_BENCH_BEFORE names the folder in which it was built. */
const before = process.env.COLLAB_BENCH_BEFORE;
export const commands = {
  now: join(root, 'dist/cli/main.js'),
  before: before === undefined ? null : join(before, 'dist/cli/main.js'),
};

/** Workspaces with the experiments: of a Lab, which is started when it is first asked for, and of this machine. */
export class TrialsBed {
  private started: BenchLab | null = null;
  private readonly local = mkdtempSync(join(tmpdir(), 'collab-trials-'));

  constructor() {
    fill(this.local);
  }

  /** Folder of the workspace for runs on this machine. */
  onThisMachine(): string {
    return this.local;
  }

  /** Two devices with one core each. */
  async lab(): Promise<BenchLab> {
    if (this.started === null) {
      this.started = await BenchLab.up({ devices: 2, cpus: 1, memory: '1g' });
      fill(this.started.folder);
    }
    return this.started;
  }

  async down(): Promise<void> {
    rmSync(this.local, { recursive: true, force: true });
    await this.started?.down();
  }
}

function fill(folder: string): void {
  for (const name of ['one', 'two', 'one-warm', 'two-warm'])
    cpSync(join(root, 'bench/trials', name), join(folder, 'TestCases', name), { recursive: true });
  cpSync(join(root, 'TestCases/split-inference'), join(folder, 'TestCases/split-inference'), {
    recursive: true,
  });
  symlinkSync(join(root, 'base-images'), join(folder, 'base-images'));
}
