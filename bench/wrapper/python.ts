import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { needPrograms, program } from '../programs.js';

const measureFile = fileURLToPath(new URL('measure.py', import.meta.url));
const wrapperFile = fileURLToPath(new URL('../../dist/wrapper/wrapper.py', import.meta.url));

/** Samplers to compare. In a container, the wrapper has a separate cgroup. */
export type Which = 'wrapper' | 'wrapper-cgroup' | 'psutil' | 'mprof';

export interface WrapperBench {
  /** Includes a separate cgroup if run as root on a machine with cgroup version 1. */
  wrappers: readonly Which[];
}

/** Installs the Debian packages of mprof and psutil. */
export function prepare(): WrapperBench {
  needPrograms('python3-mprof', 'psutil');
  const mayGroup = process.getuid?.() === 0 && existsSync('/sys/fs/cgroup/cpuacct/cgroup.procs');
  return { wrappers: mayGroup ? ['wrapper', 'wrapper-cgroup'] : ['wrapper'] };
}

/** CPU of a sampler in percent of one core while it samples, its peak memory, and the rate that it reached. */
export async function cost(which: Which, hz: number, seconds: number, ...load: (string | number)[]) {
  const answer = await measure('cost', which, hz, seconds, wrapperFile, ...load);
  return answer as { cpu_percent: number; peak_bytes: number; rate_hz: number };
}

/** What a sampler reports after its load has ended, and what the load printed. */
export async function atTheEnd(which: Which, hz: number, ...load: (string | number)[]) {
  const answer = await measure('end', which, hz, wrapperFile, ...load);
  return answer as { truth: number; cpu_s: number | null; peak_bytes: number };
}

/** Peak memory of an idle interpreter. */
export async function bareBytes(): Promise<number> {
  return ((await measure('bare')) as { peak_bytes: number }).peak_bytes;
}

/** CPU microseconds per sample near the beginning and at the end of many. */
export async function samples(count: number) {
  const answer = await measure('samples', count, wrapperFile);
  return answer as { first_us: number; last_us: number; grown_bytes: number };
}

/** The wrapper's measurement of its overhead, which is also used on devices: see overhead.py. */
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
