import { describe, expect, test } from 'vitest';
import { boards, judged, sampled, textsOf } from '../../../tests/fixtures/judged-run.js';
import { exitOf, lines, loadOf, monotonic, runOf, trial } from '../../../tests/fixtures/run-folder.js';
import type { RunRecord, TrialLoad } from '../../logs/index.js';

/** Samples of a role that sleeps. */
const asleep = () =>
  lines([0.1, 0.5, 0.9, 1.3, 1.7, 2].map((s) => ({ monotonic_s: monotonic(s), cpu_percent: 0 })));
const exitWith = (load: Record<string, unknown>, change: Record<string, unknown> = {}) =>
  JSON.stringify(exitOf({ missed_samples: 0, device_load: loadOf(load), ...change }));
/** Files of a role that slept for 2 s while the device was busy for so many seconds. */
const slept = (deviceS: number, load: Record<string, unknown> = {}) => ({
  exit: exitWith({ device_cpu_s: deviceS, role_cpu_s: 0, ...load }),
  samples: asleep(),
});
/** Files of a role that slept for a fraction of a second, with no sample of its CPU. */
const brief = (seconds: number, deviceS: number) => ({
  exit: exitWith(
    { seconds, device_cpu_s: deviceS, role_cpu_s: 0, wrapper_cpu_s: 0 },
    { ended_monotonic_s: monotonic(seconds) },
  ),
  samples: lines([0, seconds].map((s) => ({ monotonic_s: monotonic(s) }))),
});
const found = (validity: Awaited<ReturnType<typeof judged>>, level = 'doubt') =>
  textsOf(validity, level).filter((text) => text.startsWith('other load'));

/** What the controller read of a device: from 0.1 s after the start of the roles until 0.1 s after their end. */
function readLoad(change: Partial<TrialLoad> = {}): TrialLoad {
  const realtime = Date.parse(runOf().started_at) / 1000 + 0.25;
  const counters = { busy_s: 0.4, session_s: 0.1, engine_s: 0.02, around_s: 0.3 };
  return {
    device: 'nano2',
    boot_id: 'boot',
    from_realtime_s: realtime + 0.1,
    from_uptime_s: monotonic(0.1),
    from_quiet_s: 1000,
    seconds: 2,
    cores: 4,
    ...counters,
    ...change,
  };
}
const withLoad = (...load: TrialLoad[]): Partial<RunRecord> => ({
  trials: [1, 2, 3, 4, 5].map((number) => trial(number, { load })),
});
/** The counters at the end of a role: 1.9 s after the reading of the controller, in which processors were busy that long. */
const endedAfter = (busyS: number) => ({
  boot_id: 'boot',
  ended_monotonic_s: monotonic(2),
  ended_quiet_s: 1000 + 1.9 * 4 - busyS,
});

describe('a device to itself is no reason for doubt', () => {
  test.each([
    ['a role that works', () => ({})],
    ['a role that sleeps', () => slept(0.05)],
    ['little load beside it', () => slept(0.19)],
  ])('%s', async (_, texts) => {
    expect(await judged({}, texts)).toEqual({ verdict: 'VALID', findings: [] });
  });
});

test('other load in one trial makes the run doubtful, and the figure is named', async () => {
  const validity = await judged({}, (n) => slept(n === 4 ? 0.61 : 0.05));
  expect(validity.verdict).toBe('DOUBTFUL');
  expect(found(validity)[0]).toMatch(/Other programs used 30 % of a core of nano2 .*in trial 4\./);
});

test("without a cgroup, what looks like other programs may be the role's own children, which is said", async () => {
  const children = "They may be the role's own child processes";
  const without = await judged({}, (n) => slept(n === 4 ? 0.61 : 0.05, { role_cpu_at_least: true }));
  expect(found(without)[0]).toContain(children);
  expect(found(await judged({}, (n) => slept(n === 4 ? 0.61 : 0.05)))[0]).not.toContain(children);
});

describe('ten trials on a Lab of a machine, in percent of a core as measured', () => {
  const trials = Array.from({ length: 10 }, (_, at) => trial(at + 1));
  const judgedAt = (percent: readonly number[]) =>
    judged({ trials }, (number) => slept((2 * (percent[number - 1] ?? 0)) / 100));

  test.each([
    ['quiet', [17.8, 2.4, 4.7, 14.3, 2.3, 6.5, 9.4, 3.6, 3.0, 3.8]],
    ['5 % beside', [8.0, 8.1, 12.5, 9.8, 3.8, 8.0, 8.6, 10.1, 9.0, 10.4]],
  ])('%s: valid, with the load in a remark', async (_, percent) => {
    const validity = await judgedAt(percent);
    expect(validity.verdict).toBe('VALID');
    expect(found(validity, 'remark')[0]).toMatch(/on average over 10 trials, at most 1[278](\.\d)? %/);
  });

  test.each([
    ['10 % beside', [13.4, 10.8, 12.6, 13.0, 11.5, 14.4, 9.8, 11.1, 11.0, 11.6]],
    ['20 % beside', [26.0, 25.1, 18.2, 21.3, 23.2, 24.3, 22.3, 24.1, 23.9, 23.6]],
  ])('%s: doubtful', async (_, percent) => {
    expect((await judgedAt(percent)).verdict).toBe('DOUBTFUL');
  });
});

test('load in a warm-up does not matter', async () => {
  const trials = [trial(6, { warmup: true }), ...[1, 2, 3, 4, 5].map((number) => trial(number))];
  expect((await judged({ trials }, (n) => slept(n === 6 ? 2 : 0.05))).verdict).toBe('VALID');
});

describe('trials of 20 ms, which no sample of the CPU covers', () => {
  test.each([82, 167])('ten of them at a load of %i %% are doubtful', async (percent) => {
    const trials = Array.from({ length: 10 }, (_, index) => trial(index + 1));
    const validity = await judged({ trials }, () => brief(0.02, (0.02 * percent) / 100));
    expect(validity.verdict).toBe('DOUBTFUL');
    expect(found(validity)[0]).toMatch(new RegExp(`used ${percent} .*% of a core of nano2`));
  });

  test('a single one at full load is found', async () => {
    const validity = await judged({}, (n) => brief(0.1, n === 2 ? 0.2 : 0));
    expect(found(validity)[0]).toMatch(/used 200 % of a core of nano2.* in trial 2/);
  });

  test('roles of one machine see the same load, which counts once', async () => {
    const trials = Array.from({ length: 10 }, (_, index) => trial(index + 1));
    const placement = [0, 1, 2, 3].map((rank) => ({ role: 'client', rank, device: 'nano2' }));
    const four = await judged({ trials, placement }, () => brief(0.1, 0.009));
    expect(found(four, 'remark')).toEqual([
      expect.stringMatching(/10 short trials of 1 s together are too short\. They used 9 \+- 6\.32 %/),
    ]);
  });

  test('quiet ones are valid, with what could not be told', async () => {
    const validity = await judged({}, () => brief(0.02, 0));
    expect(validity.verdict).toBe('VALID');
    expect(found(validity, 'remark')).toEqual([
      'other load: Could not check whether other programs used more than 10 % of a core: 5 short trials of 0.1 s together are too short. They used 0 +- 44.7 % of a core of nano2 (or the machine it runs on).',
    ]);
  });

  test('enough of them together tell it', async () => {
    const trials = Array.from({ length: 400 }, (_, index) => trial(index + 1));
    expect(found(await judged({ trials }, () => brief(0.1, 0.001)), 'remark')).toEqual([]);
  });
});

describe("what is collab's own is taken off", () => {
  test('its session, the engine and the controller on the same machine', async () => {
    const load = [readLoad(), readLoad({ device: null, session_s: 0.2, engine_s: 0 })];
    const busyS = 0.01 + 0.32; // the wrapper, session, engine and controller
    expect(await judged(withLoad(...load), () => slept(0.35, endedAfter(busyS)))).toEqual({
      verdict: 'VALID',
      findings: [],
    });
  });

  test('what the moments of the readings leave open is part of the error', async () => {
    const load = [readLoad({ error_s: 0.3 }), readLoad({ device: null, session_s: 0.2, engine_s: 0 })];
    const validity = await judged(withLoad(...load), () => slept(0.35, endedAfter(0.33)));
    expect(validity.verdict).toBe('VALID');
    expect(found(validity, 'remark')).toEqual([
      expect.stringMatching(/Could not check .* They used 0\.868 \+- 16(\.\d)? % of a core/),
    ]);
  });

  test('but not a controller on another machine, nor what remains', async () => {
    const load = [readLoad({ around_s: 0.12 }), readLoad({ device: null, boot_id: 'other', session_s: 9 })];
    const validity = await judged(withLoad(...load), () => slept(0.6, endedAfter(0.55)));
    expect(found(validity)[0]).toMatch(/Other programs used 2[2-4](\.\d)? % of a core .* Stop them/);
  });

  test('other load before the controller had read is found: all that is its own does not explain it', async () => {
    const validity = await judged(withLoad(readLoad()), () => slept(1.2, endedAfter(0.12)));
    expect(found(validity)[0]).toMatch(/Other programs used 44\.5 % of a core/);
  });

  test('without such readings it cannot be told apart, and that is said', async () => {
    const validity = await judged({}, () => slept(0.35));
    expect(found(validity)[0]).toMatch(/used 17 % .* includes collab's own use/);
  });
});

describe('devices of one machine', () => {
  const both = runOf().placement;
  const busy = { role_cpu_s: 1.5, boot_id: 'boot', wrapper_cpu_s: 0 };

  test('the roles on the others are no other programs', async () => {
    const validity = await judged({ placement: both }, () => ({
      exit: exitWith({ ...busy, device_cpu_s: 3.1 }),
      samples: sampled({}, [0, 0.5, 1, 1.5, 2]),
    }));
    expect(validity.verdict).toBe('VALID');
    expect(textsOf(validity, 'remark')).toEqual([
      expect.stringMatching(/^roles apart: nano1, nano2 are parts of one machine/),
    ]);
  });

  test('what is left is that of the machine', async () => {
    const validity = await judged({ placement: both }, () => ({
      exit: exitWith({ ...busy, device_cpu_s: 3.6 }),
      samples: sampled({}, [0, 0.5, 1, 1.5, 2]),
    }));
    expect(found(validity)[0]).toMatch(
      /Other programs used 30 % of a core of the machine of nano1, nano2 in trial 1/,
    );
  });
});

describe('a device that could not be read', () => {
  test('is a reason for doubt, because every Linux system has the counters', async () => {
    const reason = '/proc/stat does not count the time of all processors';
    const validity = await judged({}, (n) =>
      n === 2 ? { exit: exitWith({ device_cpu_s: undefined, seconds: undefined, reason }) } : {},
    );
    expect(found(validity)).toEqual([
      `other load: Could not check whether other programs ran on nano2: ${reason}.`,
    ]);
  });

  test('in a run of an older version without samples of it, it is said', async () => {
    const validity = await judged({ devices: boards({}, {}) }, () => ({
      exit: JSON.stringify(exitOf({ missed_samples: 0 })),
    }));
    expect(validity.verdict).toBe('VALID');
    expect(found(validity, 'remark')[0]).toMatch(/there is no reading of the load of nano2 in trial 1/);
  });
});
