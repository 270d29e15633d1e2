import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Commands whose first line of output is a version. */
const programs: Record<string, readonly string[]> = {
  Docker: ['docker', 'version', '--format', '{{.Server.Version}}'],
  OpenSSH: ['ssh', '-V'],
};

/**
 * One sentence about the machine: date, commit, system, cores, memory, versions and load.
 * @param load load average over the minute before the benchmark
 * @param more other programs to list, e.g. `{ ansible: ['ansible', '--version'] }`; missing ones are skipped
 */
export function machineText(load: number, more: Record<string, readonly string[]> = {}): string {
  const parts = [
    new Date().toISOString().slice(0, 10),
    `commit ${commit()}`,
    `${osName()}, Linux ${release()}`,
    `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB`,
    `Node ${process.versions.node}`,
    ...Object.entries({ ...programs, ...more }).flatMap(([name, argv]) => {
      const version = firstLine(argv);
      return version === null ? [] : [`${name} ${version.replace(/^[A-Za-z]+[ _]?/, '')}`];
    }),
    `load ${load.toFixed(1)} at the start`,
  ];
  return `${parts.join('; ')}.`;
}

function commit(): string {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  const short = firstLine(['git', '-C', folder, 'rev-parse', '--short', 'HEAD']);
  if (short === null) return 'unknown';
  return firstLine(['git', '-C', folder, 'status', '--porcelain']) === null ? short : `${short} and changes`;
}

function osName(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown system';
  } catch {
    return process.platform;
  }
}

/** First line of a program's stdout or stderr, up to a comma; null if it prints nothing or is missing. */
function firstLine([program = '', ...args]: readonly string[]): string | null {
  try {
    const printed = execFileSync('sh', ['-c', '"$0" "$@" 2>&1', program, ...args], { encoding: 'utf8' });
    const line = /^[^,\n]*/.exec(printed)?.[0].trim() ?? '';
    return line === '' ? null : line;
  } catch {
    return null;
  }
}
