import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchLab } from '../bench-lab.js';
import { program } from '../programs.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** One role, and two roles that run at the same time. */
const experiments = { one: ['first'], two: ['first', 'second'] };
export type ExperimentName = keyof typeof experiments;

/** A workspace with the experiments: of a Lab, which is started when it is first asked for, and of this machine. */
export class VerdictBed {
  private lab: BenchLab | null = null;
  private readonly local = mkdtempSync(join(tmpdir(), 'collab-verdict-'));

  constructor() {
    fill(this.local);
  }

  /** Folder of the workspace for runs on this machine. */
  onThisMachine(): string {
    return this.local;
  }

  /** Folder of the workspace of a Lab of two devices with one core each. */
  async onLab(): Promise<string> {
    if (this.lab === null) {
      this.lab = await BenchLab.up({ devices: 2, cpus: 1, memory: '1g' });
      fill(this.lab.folder);
    }
    return this.lab.folder;
  }

  async down(): Promise<void> {
    rmSync(this.local, { recursive: true, force: true });
    await this.lab?.down();
  }
}

function fill(folder: string): void {
  for (const [name, roles] of Object.entries(experiments)) {
    const own = join(folder, 'TestCases', name);
    mkdirSync(own, { recursive: true });
    cpSync(join(root, 'bench/verdict/role.py'), join(own, 'role.py'));
    const lines = roles.map((role) => `  ${role}: { base: python, command: [python3, role.py] }`);
    const text = [
      `name: ${name}`,
      'description: Roles that sleep or work.',
      'roles:',
      ...lines,
      'parameters: { work: [false], seconds: [3] }',
      'warmup: 0',
      'timeout: 2m',
    ];
    writeFileSync(join(own, 'experiment.yaml'), `${text.join('\n')}\n`);
  }
  symlinkSync(join(root, 'base-images'), join(folder, 'base-images'));
}

export interface Judged {
  verdict: string;
  /** Names of the checks with a doubt. */
  doubts: string[];
  /** Of a core, for each trial. */
  otherPercent: number[];
}

/** Runs an experiment with the built command, and reads its verdict and the load that was found in each trial. */
export async function judgedRun(
  folder: string,
  name: ExperimentName,
  { work, seconds, repeats, local }: { work: boolean; seconds: number; repeats: number; local: boolean },
): Promise<Judged> {
  const command = [process.execPath, join(root, 'dist/cli/main.js')];
  const values = ['--set', `work=${work}`, '--set', `seconds=${seconds}`, '--repeats', String(repeats)];
  await program([...command, 'run', name, ...(local ? ['--local'] : []), ...values], { cwd: folder });
  const { collab } = await import('../door.js');
  const [run] = await collab.listRuns(new collab.Workspace(folder).logs);
  if (run === undefined) throw new Error(`${name} left no run`);
  const performance = await collab.Performance.open(run.folder);
  const table = performance.table('trials');
  const column = table.columns.indexOf('other_load_percent');
  const otherPercent: number[] = [];
  for await (const row of table.rows()) otherPercent.push(Number(row[column] ?? NaN));
  const { verdict, findings } = performance.validity;
  const doubts = findings.filter(({ level }) => level === 'doubt').map(({ check }) => check);
  return { verdict, doubts: [...new Set(doubts)], otherPercent };
}
