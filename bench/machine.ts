import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Commands whose first line says what a bench stood on. */
const programs: Record<string, readonly string[]> = {
  Docker: ['docker', 'version', '--format', '{{.Server.Version}}'],
  OpenSSH: ['ssh', '-V'],
};

/**
 * When and on what: date, commit, system, cores, memory, versions, and how busy the machine was, as one sentence.
 * @param load mean number of busy processes in the minute before the bench began
 * @param more further programs to name, e.g. `{ ansible: ['ansible', '--version'] }`; one that is not there is left out
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

/** First line that a program prints on either output, up to a comma; null when it prints nothing or is not there. */
function firstLine([program = '', ...args]: readonly string[]): string | null {
  try {
    const printed = execFileSync('sh', ['-c', '"$0" "$@" 2>&1', program, ...args], { encoding: 'utf8' });
    const line = /^[^,\n]*/.exec(printed)?.[0].trim() ?? '';
    return line === '' ? null : line;
  } catch {
    return null;
  }
}
