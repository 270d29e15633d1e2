import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { exitRecord, type ExitRecord } from '../../src/logs/index.js';
import { program } from '../programs.js';
import type { Area, Truth } from './truth.js';

const wrapper = fileURLToPath(new URL('../../dist/wrapper/wrapper.py', import.meta.url));
const roles = fileURLToPath(new URL('roles.py', import.meta.url));

interface Case {
  area: Area;
  tried: string;
  unit: string;
  /** Words for roles.py. */
  role: readonly (string | number)[];
  claim: (exit: ExitRecord) => number | string;
  /** How much claim and truth may differ, given the truth and the CPU seconds that a hypervisor took meanwhile. */
  allowed: (truth: number, stolenS: number) => number;
  how: string;
}

const cpuHow =
  'Each process works until its own CPU clock (CLOCK_PROCESS_CPUTIME_ID) shows the time; the sum over all processes, with the start of Python. Bound: 2 %, 30 ms for the ticks of the kernel, 3 ms for the start and end of each process, which its own clock does not see, and what a hypervisor took meanwhile (steal in /proc/stat).';
const cpuS = (exit: ExitRecord) => sum(total(exit, 'cpu_user_s'), total(exit, 'cpu_system_s'));
const cpuBound = (processes: number) => (truth: number, stolenS: number) =>
  0.02 * truth + 0.03 + 0.003 * processes + stolenS;

const cases = (scale: number): Case[] => [
  {
    area: 'cpu',
    tried: 'three generations of processes, two at once',
    unit: 's',
    role: ['cpu', 300 * scale],
    claim: cpuS,
    allowed: cpuBound(4),
    how: cpuHow,
  },
  {
    area: 'cpu',
    tried: `${40 * scale} children of 10 ms each`,
    unit: 's',
    role: ['short', 40 * scale, 10],
    claim: cpuS,
    allowed: cpuBound(40 * scale),
    how: cpuHow,
  },
  {
    area: 'cpu',
    tried: `${10 * scale} children that nobody waits for`,
    unit: 's',
    role: ['unwaited', 10 * scale, 50],
    claim: cpuS,
    allowed: cpuBound(10 * scale),
    how: cpuHow,
  },
  {
    area: 'memory',
    tried: '200 MiB for 50 ms, between two samples: largest process',
    unit: 'MB',
    role: ['memory', 200, 50],
    claim: (exit) => megabytes(total(exit, 'memory_peak_process_bytes')),
    allowed: (truth) => 0.02 * truth,
    how: "The process's own VmHWM when it ends. Bound: 2 %.",
  },
  {
    area: 'disk',
    tried: `a file of ${16 * scale} MiB, written and synced`,
    unit: 'MB',
    role: ['disk', 16 * scale],
    claim: (exit) => megabytes(total(exit, 'disk_written_bytes')),
    allowed: (truth) => 0.01 * truth,
    how: 'The size of the file. Bound: 1 %, for the blocks of metadata.',
  },
  {
    area: 'network',
    tried: `${8 * scale} MB over TCP on loopback, in a network of its own`,
    unit: 'MB',
    role: ['network', 8_000_000 * scale],
    claim: (exit) => megabytes(total(exit, 'network_received_bytes.lo')),
    allowed: (truth) => 0.01 * truth,
    how: 'What the kernel sent for the two sockets, including what it sent again (TCP_INFO), and 52 bytes of headers for each segment. Bound: 1 %.',
  },
];

const isRoot = process.getuid?.() === 0;
/** Starts a program in a network namespace of its own, which root may make. */
const ownNetwork = isRoot ? ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'] : [];

/** Totals of programs that know what they used, run under the built wrapper as with `--local`. */
export async function processes({ short }: { short: boolean }): Promise<Truth[]> {
  const truths: Truth[] = [];
  // A login that may make no cgroup has estimates only.
  const mayBeUnknown = !isRoot;
  for (const { role, claim, allowed, ...one } of cases(short ? 1 : 4)) {
    const { exit, printed, stolenS } = await runRole(role);
    const truth = one.unit === 'MB' ? printed / 1e6 : printed;
    truths.push({ ...one, claim: claim(exit), truth, allowed: allowed(truth, stolenS), mayBeUnknown });
  }
  return truths;
}

interface KnownRun {
  exit: ExitRecord;
  printed: number;
  stolenS: number;
}

/** Runs a program of roles.py under the wrapper. */
async function runRole(words: readonly (string | number)[]): Promise<KnownRun> {
  const folder = mkdtempSync(join(tmpdir(), 'collab-truth-'));
  try {
    const role = {
      run_id: 'truth',
      trial: 1,
      repeat: 0,
      warmup: false,
      role: 'known',
      rank: 0,
      count: 1,
      command: ['/usr/bin/python3', '-S', '-E', '-B', roles, ...words.map(String)],
      directory: folder,
      sampling_s: 0.1,
      network_namespace: isRoot ? 'own' : 'shared',
      cgroup: 'shared',
    };
    writeFileSync(join(folder, 'role.json'), JSON.stringify(role));
    await program([...ownNetwork, '/usr/bin/python3', '-B', wrapper, folder]);
    const exit = exitRecord.parse(JSON.parse(readFileSync(join(folder, 'exit.json'), 'utf8')));
    const line = readFileSync(join(folder, 'stdout.log'), 'utf8').trim().split('\n').at(-1);
    const [printed, stolenS] = z.tuple([z.number(), z.number()]).parse(JSON.parse(line ?? ''));
    return { exit, printed, stolenS };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A total that was measured; text for one that says that it is an estimate or unavailable. */
function total(exit: ExitRecord, name: string): number | string {
  const found = exit.totals[name];
  if (found === undefined) return 'missing';
  return found.kind === 'measured' && typeof found.value === 'number' ? found.value : found.kind;
}

function sum(one: number | string, other: number | string): number | string {
  return typeof one === 'string' ? one : typeof other === 'string' ? other : one + other;
}

function megabytes(bytes: number | string): number | string {
  return typeof bytes === 'string' ? bytes : bytes / 1e6;
}
