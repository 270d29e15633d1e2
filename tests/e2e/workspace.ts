import { execFile, spawn, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const command = join(root, 'dist/cli/main.js');

/** The Logs folders of all workspaces that a test file uses; `tests/check-runs.ts` checks the runs in them. */
export const logFolders = new Set<string>();

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** No command may warn of itself: Node.js prints that among what it says to users. */
function checked(ended: Ended): Ended {
  const warning = /^\(node:\d+\) .*Warning: .*/m.exec(ended.stderr)?.[0];
  if (warning !== undefined) throw new Error(`a command warned: ${warning}`);
  return ended;
}

/** A temporary workspace with the built-in experiments and those of the tests. */
export class TestWorkspace {
  readonly folder: string;

  constructor(folder = mkdtempSync(join(tmpdir(), 'collab-e2e-'))) {
    this.folder = folder;
    logFolders.add(join(folder, 'Logs'));
  }

  static make(): TestWorkspace {
    const workspace = new TestWorkspace();
    mkdirSync(join(workspace.folder, 'TestCases'), { recursive: true });
    for (const cases of ['TestCases', 'tests/e2e/TestCases']) {
      cpSync(join(root, cases), join(workspace.folder, 'TestCases'), {
        recursive: true,
        filter: (path) => !path.includes('__pycache__'),
      });
    }
    workspace.movePorts();
    return workspace;
  }

  /** Files that vitest runs beside each other must not run experiments on the same ports of this machine. */
  private movePorts(): void {
    const beside = Number(process.env.VITEST_POOL_ID ?? 1) - 1;
    if (!(beside > 0)) return;
    for (const name of readdirSync(join(this.folder, 'TestCases'))) {
      const path = join(this.folder, 'TestCases', name, 'experiment.yaml');
      if (!existsSync(path)) continue;
      const moved = (ports: string) =>
        ports.replace(/\d{4,5}/g, (port) => String(Number(port) + 200 * beside));
      writeFileSync(path, readFileSync(path, 'utf8').replace(/ports: \{[^}]*\}/g, moved));
    }
  }

  /** Runs the built command to completion, without a terminal. */
  collab(...args: string[]): Promise<Ended> {
    return this.collabWith({}, ...args);
  }

  collabWith(env: Record<string, string>, ...args: string[]): Promise<Ended> {
    return new Promise<Ended>((resolve) => {
      execFile(
        process.execPath,
        [command, ...args],
        { cwd: this.folder, env: { ...process.env, ...env }, maxBuffer: 64 << 20 },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
          resolve({ code, stdout, stderr });
        },
      );
    }).then(checked);
  }

  /** The result of a command with --json. @throws if it does not end with 0 */
  async result<T>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await this.collab(...args, '--json');
    if (code !== 0)
      throw new Error(`collab ${args.join(' ')} ended with ${String(code)}: ${stderr}${stdout}`);
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T;
  }

  /** Runs the built command with this text as its standard input. */
  collabFrom(input: string, ...args: string[]): Promise<Ended> {
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [command, ...args],
        { cwd: this.folder },
        (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
      child.stdin?.end(input);
    });
  }

  /** Starts the command and leaves it running. */
  start(...args: string[]): ChildProcess {
    return spawn(process.execPath, [command, ...args], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Folders of the runs of an experiment, oldest first. */
  runs(experiment: string): string[] {
    const logs = join(this.folder, 'Logs', experiment);
    return readdirSync(logs)
      .sort()
      .map((run) => join(logs, run));
  }

  newestRun(experiment: string): string {
    const run = this.runs(experiment).at(-1);
    if (run === undefined) throw new Error(`no run of ${experiment}`);
    return run;
  }
}

/** Runs a program of this machine, to check what collab does not show. */
export function program(name: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(name, args, { maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
