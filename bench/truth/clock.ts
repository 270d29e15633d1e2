import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClockOffset } from '../../src/logs/index.js';
import { ClockLine } from '../../src/network/clock/clock-line.js';
import { ownClock } from '../../src/network/clock/index.js';
import { type ExecOptions, type ExecResult, LocalShell } from '../../src/network/shell/index.js';
import { program } from '../programs.js';
import type { Truth } from './truth.js';

/** This machine, with a wall clock that is off by exactly `shiftS` for the program that answers. */
class ShiftedShell extends LocalShell {
  constructor(private readonly pythonPath: string) {
    super();
  }

  override exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult> {
    return super.exec(['env', `PYTHONPATH=${this.pythonPath}`, ...argv], options);
  }
}

const shifts = [
  { name: 'the same clock', shiftS: 0 },
  { name: 'a clock 1.25 s ahead', shiftS: 1.25 },
  { name: 'a clock two years behind', shiftS: -63_072_000 },
];

const how =
  "The device's program runs on this machine, so both sides read the same kernel clock, and the true offset is 0 or what was added to its readings. All cores are loaded by busy loops. Counted: measurements whose truth lies outside their own error_ms.";
const tieHow =
  'The difference of CLOCK_REALTIME and CLOCK_MONOTONIC of this machine, as the narrowest of 20,000 readings before and after; the same load.';

/** Is the truth within the stated bound, each time? */
export async function clock({ short }: { short: boolean }): Promise<Truth[]> {
  const rounds = short ? 100 : 3334;
  const folder = mkdtempSync(join(tmpdir(), 'collab-truth-'));
  const loads = Array.from({ length: availableParallelism() + 1 }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  try {
    const truths: Truth[] = [];
    const measured: ClockOffset[] = [];
    const before = await monotonicStart();
    for (const { name, shiftS } of shifts) {
      const path = shifted(folder, shiftS);
      const offsets = await exchanges(new ShiftedShell(path), rounds);
      if (shiftS === 0) measured.push(...offsets);
      const errors = offsets.map(({ error_ms }) => error_ms).sort((a, b) => a - b);
      const outside = offsets.filter(
        ({ offset_ms, error_ms }) => Math.abs(offset_ms - shiftS * 1000) > error_ms,
      ).length;
      const median = errors[Math.floor(errors.length / 2)] ?? NaN;
      const tried = `${name}: ${rounds} single exchanges, median error ${median.toFixed(3)} ms, outside their bound`;
      truths.push(count(tried, outside + (rounds - offsets.length), how));
    }
    for (let own = 0; own < rounds; own += 1) measured.push(ownClock());
    const after = await monotonicStart();
    const [low, high] = [
      Math.min(before.ms - before.errorMs, after.ms - after.errorMs),
      Math.max(before.ms + before.errorMs, after.ms + after.errorMs),
    ];
    const untied = measured.filter(({ controller_ms = NaN, monotonic_s, error_ms }) => {
      const ms = controller_ms - (monotonic_s ?? NaN) * 1000;
      return !(ms + error_ms >= low && ms - error_ms <= high);
    }).length;
    truths.push(
      count(`wall and monotonic clock: ${measured.length} ties, outside their bound`, untied, tieHow),
    );
    return truths;
  } finally {
    for (const load of loads) load.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `wrong` of the claims do not hold; none may. */
function count(tried: string, wrong: number, from: string): Truth {
  return { area: 'clock', tried, unit: '', claim: 0, truth: wrong, allowed: 0, how: from };
}

/** Each measurement is a single exchange, so that none hides behind a better one. */
async function exchanges(shell: LocalShell, rounds: number): Promise<ClockOffset[]> {
  await using line = new ClockLine(shell);
  const offsets: ClockOffset[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const offset = await line.measure(1);
    if (offset !== null) offsets.push(offset);
  }
  return offsets;
}

/** A folder that makes Python's `time.time` differ by exactly so many seconds. @returns its path */
function shifted(folder: string, shiftS: number): string {
  const path = mkdtempSync(join(folder, 'shift-'));
  const code = `import time\nreal = time.time\ntime.time = lambda: real() + ${shiftS}\n`;
  writeFileSync(join(path, 'sitecustomize.py'), code);
  return path;
}

/** The wall clock when CLOCK_MONOTONIC was 0. */
async function monotonicStart(): Promise<{ ms: number; errorMs: number }> {
  const code = `
import time
best = None
for _ in range(20000):
    a, w, b = time.monotonic_ns(), time.time_ns(), time.monotonic_ns()
    if best is None or b - a < best[0]:
        best = (b - a, w - (a + b) // 2)
print(best[1] / 1e6, (best[0] / 2 + 500) / 1e6)
`;
  const { stdout } = await program(['/usr/bin/python3', '-c', code]);
  const [ms = NaN, errorMs = NaN] = stdout.trim().split(' ').map(Number);
  return { ms, errorMs };
}
