import { readFileSync } from 'node:fs';

/** Clock ticks of /proc/<pid>/stat in a second, on every Linux that collab runs on. */
const ticksPerS = 100;

/** A line of /proc/<pid>/status in MB; null once the process is gone. */
export function memoryMb(pid: number | undefined, line: 'VmRSS' | 'VmHWM'): number | null {
  try {
    const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
    const found = new RegExp(`^${line}:\\s+(\\d+) kB`, 'm').exec(status)?.[1];
    return found === undefined ? null : Number(found) / 1024;
  } catch {
    return null;
  }
}

/** Seconds of CPU that a process has used. */
export function cpuS(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in parentheses, may have blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerS;
}
