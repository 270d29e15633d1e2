import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { needPrograms, program } from '../programs.js';

const measureFile = fileURLToPath(new URL('measure.py', import.meta.url));
const wrapperFile = fileURLToPath(new URL('../../dist/wrapper/wrapper.py', import.meta.url));

/** Samplers that are held against each other; the wrapper in a cgroup of its own is how it stands in a container. */
export type Which = 'wrapper' | 'wrapper-cgroup' | 'psutil' | 'mprof';

export interface WrapperBench {
  /** In a cgroup of its own too, for which it must be root and the machine have cgroup version 1. */
  wrappers: readonly Which[];
}

/** What the bench needs of Debian: mprof, and psutil, on which it stands. */
export function prepare(): WrapperBench {
  needPrograms('python3-mprof', 'psutil');
  const mayGroup = process.getuid?.() === 0 && existsSync('/sys/fs/cgroup/cpuacct/cgroup.procs');
  return { wrappers: mayGroup ? ['wrapper', 'wrapper-cgroup'] : ['wrapper'] };
}

/** CPU of a sampler in percent of one processor while it samples, its largest memory, and the rate that it reached. */
export async function cost(which: Which, hz: number, seconds: number, ...load: (string | number)[]) {
  const said = await measure('cost', which, hz, seconds, wrapperFile, ...load);
  return said as { cpu_percent: number; peak_bytes: number; rate_hz: number };
}

/** What a sampler says when its load has ended, and what the load itself printed. */
export async function atTheEnd(which: Which, hz: number, ...load: (string | number)[]) {
  const said = await measure('end', which, hz, wrapperFile, ...load);
  return said as { truth: number; cpu_s: number | null; peak_bytes: number };
}

/** Largest memory of an interpreter that does nothing. */
export async function bareBytes(): Promise<number> {
  return ((await measure('bare')) as { peak_bytes: number }).peak_bytes;
}

/** CPU microseconds per sample near the beginning and at the end of many. */
export async function samples(count: number) {
  const said = await measure('samples', count, wrapperFile);
  return said as { first_us: number; last_us: number; grown_bytes: number };
}

/** The wrapper's own measurement of what it costs, by which a device is measured too: see overhead.py. */
export async function overhead(pairs: number, seconds: number, samplingS: number) {
  const argv = [
    '/usr/bin/python3',
    '-B',
    wrapperFile,
    '--overhead',
    String(pairs),
    String(seconds),
    String(samplingS),
  ];
  return JSON.parse((await program(argv)).stdout) as { bare_walls_s: number[]; wrapped_walls_s: number[] };
}

async function measure(...words: (string | number)[]): Promise<unknown> {
  return JSON.parse((await program(['/usr/bin/python3', '-B', measureFile, ...words.map(String)])).stdout);
}
