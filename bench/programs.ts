import { execFile, execFileSync } from 'node:child_process';
import { say } from './run-bench.js';

export interface Ended {
  stdout: string;
  stderr: string;
  /** From before its start to its end. */
  tookMs: number;
}

export interface ProgramOptions {
  cwd?: string;
  env?: Record<string, string>;
  input?: string;
}

/** Runs a program to its end, with the time that it took as a whole. @throws Error with its words when it fails. */
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
 * Makes sure of programs that a bench needs, from Debian's packages when they are missing.
 * @param needed package by program, e.g. `{ ansible: 'ansible-core' }`
 * @throws Error naming the packages where they cannot be installed
 */
export function needPrograms(needed: Record<string, string>): void {
  const missing = () => Object.keys(needed).filter((name) => !isThere(name));
  const packages = [...new Set(missing().map((name) => needed[name] ?? name))];
  if (packages.length === 0) return;
  const canInstall = process.getuid?.() === 0 && isThere('apt-get');
  if (canInstall) {
    say(`Installing from Debian's packages: ${packages.join(' ')}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync('apt-get', ['update', '-q'], { stdio: 'ignore' });
    const install = ['install', '-y', '-q', '--no-install-recommends', ...packages];
    execFileSync('apt-get', install, { stdio: 'ignore', env });
  }
  if (missing().length > 0) throw new Error(`Install these first: ${packages.join(' ')}`);
}

function isThere(name: string): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v "$0"', name], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
