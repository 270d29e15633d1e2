import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/events.js';
import { ClockLine } from '../../src/network/clock/clock-line.js';
import { driftOf } from '../../src/logs/clock-drift.js';
import { LocalShell } from '../../src/network/shell/local-shell.js';
import type { ExecOptions, ExecResult, Shell } from '../../src/network/shell/shell.js';

/** This machine with clocks shifted by libfaketime, for everything that the device's responder sees. */
class ShiftedShell extends LocalShell implements Shell {
  constructor(
    private readonly shift: string,
    private readonly environment: readonly string[] = [],
  ) {
    super();
  }

  override exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult> {
    const fake = [`LD_PRELOAD=${libfaketime()}`, `FAKETIME=${this.shift}`];
    return super.exec(['env', ...this.environment, ...fake, ...argv], options);
  }
}

/** How exactly libfaketime shifts a clock: its readings were up to 0.8 ms off, ours of an unshifted clock under 0.02 ms. */
const libfaketimeMs = 2;

/** The library of Debian's package libfaketime, for any architecture. */
function libfaketime(): string {
  const found = readdirSync('/usr/lib')
    .map((folder) => `/usr/lib/${folder}/faketime/libfaketime.so.1`)
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error('libfaketime is missing: apt-get install libfaketime');
  return found;
}

/** A PATH without Python, so that the responder falls back to `date`. */
function pathWithout(): string {
  const folder = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
  for (const program of ['sh', 'date'])
    execFileSync('ln', ['-s', execFileSync('which', [program], { encoding: 'utf8' }).trim(), folder]);
  return folder;
}

const yearMs = 365 * 24 * 3600 * 1000;

it.each([
  ['a second ahead', '+1.250s', 1250],
  ['two years behind', '-2y', -2 * yearMs],
])('measures a clock %s within the reported bound', async (_, shift, trueMs) => {
  await using line = new ClockLine(new ShiftedShell(shift));
  const offset = await line.measure();
  expect(offset?.error_ms).toBeLessThan(500);
  expect(Math.abs((offset?.offset_ms ?? Infinity) - trueMs)).toBeLessThanOrEqual(
    (offset?.error_ms ?? 0) + libfaketimeMs,
  );
});

it('measures an exact clock within the bound', async () => {
  await using line = new ClockLine(new LocalShell());
  const offset = await line.measure();
  expect(Math.abs(offset?.offset_ms ?? Infinity)).toBeLessThanOrEqual(offset?.error_ms ?? 0);
});

it('measures a device without Python with date, within the reported bound', async () => {
  await using line = new ClockLine(new ShiftedShell('-90s', [`PATH=${pathWithout()}`]));
  const offset = await line.measure();
  expect(offset?.monotonic_s).toBeNull();
  expect(Math.abs((offset?.offset_ms ?? Infinity) + 90_000)).toBeLessThanOrEqual(
    (offset?.error_ms ?? 0) + libfaketimeMs,
  );
});

it('measures the drift of a clock that runs one percent fast, within the bound', async () => {
  await using line = new ClockLine(new ShiftedShell('+0 x1.01'));
  const first = await line.measure();
  await systemClock.sleep(1500);
  const last = await line.measure();
  const drift = driftOf([first, last].filter((one) => one !== null));
  expect(drift?.drift_error_ppm).toBeLessThan(5000);
  expect(Math.abs((drift?.drift_ppm ?? Infinity) - 10_000)).toBeLessThanOrEqual(drift?.drift_error_ppm ?? 0);
});
