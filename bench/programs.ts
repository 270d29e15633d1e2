import { execFile, execFileSync } from 'node:child_process';
import { programList, type ListedProgram } from '../scripts/checks/program-list.js';
import { say } from './run-bench.js';

export interface Ended {
  stdout: string;
  stderr: string;
  /** Includes the start of the process. */
  tookMs: number;
}

export interface ProgramOptions {
  cwd?: string;
  env?: Record<string, string>;
  input?: string;
}

/** Runs a program and measures its duration. @throws Error with its output if it fails */
export function program(argv: readonly string[], { cwd, env, input }: ProgramOptions = {}): Promise<Ended> {
  const [name = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    const child = execFile(
      name,
      args,
      { maxBuffer: 256 << 20, ...(cwd && { cwd }), env: { ...process.env, ...env } },
      (error, stdout, stderr) => {
        const tookMs = performance.now() - startedMs;
        if (error === null) resolve({ stdout, stderr, tookMs });
        else
          reject(
            new Error(
              `${argv.join(' ').slice(0, 200)}: ${error.message}\n${stdout.slice(-2000)}\n${stderr.slice(-4000)}`,
            ),
          );
      },
    );
    child.stdin?.end(input ?? '');
  });
}

/**
 * Installs missing programs from Debian packages.
 * @param names programs and Python modules in scripts/programs.tsv
 * @throws Error if a name is not listed, or the packages cannot be installed
 */
export function needPrograms(...names: string[]): void {
  const list = programList();
  const needed = names.map((name) => {
    const found = list.find((listed) => listed.name === name);
    if (found === undefined) throw new Error(`${name} is not in scripts/programs.tsv: add it there.`);
    return found;
  });
  const missing = () => needed.filter((listed) => !isInstalled(listed));
  const packages = [...new Set(missing().map((listed) => listed.package ?? listed.name))];
  if (packages.length === 0) return;
  const canInstall = process.getuid?.() === 0 && isProgram('apt-get');
  if (canInstall) {
    say(`Installing from Debian's packages: ${packages.join(' ')}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync('apt-get', ['update', '-q'], { stdio: 'ignore' });
    const install = ['install', '-y', '-q', '--no-install-recommends', ...packages];
    execFileSync('apt-get', install, { stdio: 'ignore', env });
  }
  if (missing().length > 0) throw new Error(`Install these first: ${packages.join(' ')}`);
}

function isInstalled({ kind, name }: ListedProgram): boolean {
  return kind === 'python' ? runs('/usr/bin/python3', '-c', `import ${name}`) : isProgram(name);
}

const isProgram = (name: string) => runs('sh', '-c', 'PATH="$PATH:/usr/sbin:/sbin"; command -v "$0"', name);

function runs(name: string, ...args: string[]): boolean {
  try {
    execFileSync(name, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
