import { describe, expect, test } from 'vitest';
import { boards, judged, policy, sampled, textsOf } from '../../../tests/fixtures/judged-run.js';
import { onlyClient } from '../../../tests/fixtures/performance-bed.js';
import {
  exitOf,
  lines,
  monotonic,
  type RoleTexts,
  runOf,
  stateLine,
  trial,
} from '../../../tests/fixtures/run-folder.js';
import type { RunRecord } from '../../logs/index.js';
import { smallestP, trendOf } from './trend.js';

test('a run of five repeats without problems is valid', async () => {
  expect(await judged()).toEqual({ verdict: 'VALID', findings: [] });
});

const spans = lines([
  { name: 'head', start_monotonic_s: monotonic(0.1), duration_ms: 1 },
  { name: 'head', start_monotonic_s: monotonic(0.2), duration_ms: 1 },
]);
const both = runOf().placement;
const noClock = () => boards({}, {}).map((device) => ({ ...device, clock: null }));
const coarse = () =>
  boards({}, {}).map((device) => ({
    ...device,
    clock: { offset_ms: 0, error_ms: 40, measured_at: '2026-11-21T12:53:01Z' },
  }));
/** A clock that was measured before and after the run, with this drift. */
const followed = (driftPpm: number) =>
  boards({}, {}).map((device) => {
    const tie = { offset_ms: 250, error_ms: 0.5, measured_at: '' };
    const measurements = [0, 60].map((after) => ({
      ...tie,
      controller_ms: Date.parse('2026-11-21T12:53:01.000Z') + after * 1000,
      monotonic_s: monotonic(after),
    }));
    return { ...device, clock: { ...tie, measurements, drift_ppm: driftPpm, drift_error_ppm: 20 } };
  });
const totals = (values: readonly number[]) => (number: number) => ({
  results: lines([{ total_ms: values[number - 1] ?? 0 }]),
});

test.each<[string, Partial<RunRecord>, (trial: number) => RoleTexts, RegExp]>([
  ['interrupted', { state: 'interrupted' }, () => ({}), /^run ended: The run was interrupted\./],
  [
    'failed, with what failed',
    { state: 'failed', failure: { name: 'x', what: 'nano1 went away.' } },
    () => ({}),
    /The run failed\. nano1 went away\./,
  ],
  [
    'partial trials',
    { trials: [trial(1), trial(2, { state: 'failed' }), trial(3, { state: 'pending' })] },
    () => ({}),
    /trials complete: 2 of 3 trials did not complete: 2 \(failed\), 3 \(pending\)/,
  ],
  ['no exit record', {}, (n) => (n === 2 ? { exit: '{' } : {}), /roles reported: .*trial 2, client-0/],
  [
    'broken lines',
    {},
    (n) => (n === 3 ? { results: '{"total_ms":1}\nnonsense\n{"total_ms":2}\n' } : {}),
    /lines whole: 1 line could not be read and was skipped: trial 3, client-0, results/,
  ],
  [
    'one repeat',
    { trials: [trial(1)] },
    () => ({}),
    /repeats: The experiment was measured once.*--repeats 5/,
  ],
  [
    'one repeat of one combination',
    { trials: [trial(1), trial(2, { parameters: { split: 9 } })] },
    () => ({}),
    /repeats: A combination of parameters was measured once/,
  ],
  [
    'throttled',
    {},
    (n) => ({ samples: sampled({ throttled: n === 2 ? 1 : 0 }) }),
    /throttling: nano2 was throttled in trial 2:/,
  ],
  [
    'throttled between two samples, as the firmware remembers',
    { devices: boards({ throttled_flags: 0x2_0000 }, { throttled_flags: 0x6_0000 }) },
    () => ({}),
    /throttling: nano2 was throttled between two samples/,
  ],
  [
    'a board that was set anew while the run went on',
    { devices: boards({ nvpmodel: 'MAXN 0' }, { nvpmodel: '5W 1' }) },
    () => ({}),
    /board: The settings of nano1 changed during the run: power mode from MAXN 0 to 5W 1\./,
  ],
  [
    'other load in the samples of an older run',
    {},
    (n) => ({
      exit: JSON.stringify(exitOf({ missed_samples: 0 })),
      samples: sampled({ device_cpu_percent: n === 4 ? 115 : 80 }),
    }),
    /other load: Other programs used 40 % of a core of nano2, or of the machine it runs on, in trial 4/,
  ],
  [
    'an unmeasured clock, with spans of two devices',
    { placement: both, devices: noClock() },
    () => ({ spans }),
    /clock measured: The clock of nano1 was not compared with the controller's/,
  ],
  [
    'a clock that was set between two trials',
    {},
    (n) => (n === 3 ? { state: lines([{ ...stateLine, realtime_s: stateLine.realtime_s + 1.5 }]) } : {}),
    /clock drift: The clock of nano2 was changed by up to 1500 ms .*seen in trial 3/,
  ],
  [
    'missed samples',
    {},
    (n) => ({ exit: JSON.stringify(exitOf({ missed_samples: n === 1 ? 2 : 0 })) }),
    /missed samples: trial 1, client-0 on nano2 missed 2 samples \(25 %\)/,
  ],
  [
    'a gap in the series',
    {},
    (n) => (n === 2 ? { samples: sampled({}, [0.1, 0.2, 3.2]) } : {}),
    /gaps: Gaps of up to 3 s .* due every 0\.1 s: trial 2, client-0/,
  ],
  [
    'a drift from repeat to repeat',
    { trials: [1, 2, 3, 4, 5, 6].map((number) => trial(number)) },
    totals([100, 104, 107, 112, 118, 121]),
    /drift between repeats: total_ms of client rose by 1\d(\.\d)? % .* over 6 trials \(p = 0\.0085\)/,
  ],
])('%s: doubtful, with the reason', async (_, run, texts, expected) => {
  const validity = await judged(run, texts);
  expect(validity.verdict).toBe('DOUBTFUL');
  expect(textsOf(validity, 'doubt').join('\n')).toMatch(expected);
});

describe('remarks do not make a run doubtful', () => {
  test.each<[string, Partial<RunRecord>, (trial: number) => RoleTexts, RegExp]>([
    [
      'roles on one device',
      { placement: [...onlyClient, { role: 'server', rank: 0, device: 'nano2' }] },
      () => ({}),
      /roles apart: client-0, server-0 shared nano2/,
    ],
    [
      'a clock that runs too fast',
      { devices: followed(300) },
      () => ({}),
      /clock drift: The clock of nano1 runs 300 \+- 20 ppm too fast/,
    ],
    [
      'a clock that follows the load',
      {
        devices: boards(
          { cpu_policies: [policy('ondemand')], on_mains: false },
          { cpu_policies: [policy('ondemand')], on_mains: false },
        ),
      },
      () => ({}),
      /board: nano1: it used the CPU governor ondemand and it ran on battery/,
    ],
    [
      'a coarse clock',
      { placement: both, devices: coarse() },
      () => ({ spans }),
      /clock measured: The clock of nano1 is known only to \+-40 ms/,
    ],
    [
      'three repeats of two combinations',
      { trials: [1, 2, 3, 4, 5, 6].map((n) => trial(n, { parameters: { split: n % 2 } })) },
      () => ({}),
      /repeats: With 3 repeats no rank test .*the smallest possible p is 0\.10/,
    ],
    [
      'a value that is not finite',
      {},
      () => ({ results: '{"total_ms":NaN}\n' }),
      /lines whole: 5 values were not/,
    ],
  ])('%s', async (_, run, texts, expected) => {
    const validity = await judged(run, texts);
    expect(validity.verdict).toBe('VALID');
    expect(textsOf(validity, 'remark').join('\n')).toMatch(expected);
  });
});

test.each<[string, Partial<RunRecord>, (trial: number) => RoleTexts]>([
  ['noise without a direction is no drift', {}, totals([100, 130, 101, 129])],
  ['a clear but small drift is none that matters', {}, totals([100, 100.1, 100.2, 100.3])],
  [
    'other parameters are no drift',
    { trials: [1, 2, 3, 4, 5, 6, 7, 8].map((n) => trial(n, { parameters: { split: Math.ceil(n / 4) } })) },
    totals([10, 11, 10.5, 10.7, 90, 91, 90.5, 90.2]),
  ],
  ['a crystal as it should be', { devices: followed(40) }, () => ({})],
  [
    'a clock that was set, but followed',
    { devices: followed(1) },
    (n) => ({ state: lines([{ ...stateLine, realtime_s: stateLine.realtime_s + n }]) }),
  ],
  [
    'flags from before the run',
    { devices: boards({ throttled_flags: 0x6_0000 }, { throttled_flags: 0x6_0000 }) },
    () => ({ samples: sampled({ throttle_flags: 0x6_0000, throttled: 0 }) }),
  ],
  ['a fixed clock', { devices: boards({ cpu_policies: [policy('performance')] }, {}) }, () => ({})],
])('%s', async (_, run, texts) => {
  expect(await judged(run, texts)).toEqual({ verdict: 'VALID', findings: [] });
});

describe('trend', () => {
  const series = (...values: number[]) => values.map((value, at) => ({ at, value }));
  test.each([[[5]], [[6]], [[3, 4]], [[2, 1, 2]]])(
    'no values have a smaller p than %j that rise',
    (counts) => {
      const rising = counts.map((count) => series(...Array.from({ length: count }, (_, at) => at)));
      expect(smallestP(counts)).toBe(trendOf(rising)?.p);
    },
  );

  test("matches values computed with scipy's kendalltau and theilslopes", () => {
    expect(trendOf([series(1, 2, 3, 4, 5)])).toMatchObject({ change: 4, values: 5 });
    expect(trendOf([series(1, 2, 3, 4, 5)])?.p).toBeCloseTo(0.02749, 4);
    expect(trendOf([series(3, 1, 2)])).toBeNull();
    expect(trendOf([series(5, 5, 5, 5)])?.p).toBeCloseTo(1, 6);
  });
  test('strata are never compared with each other', () => {
    const trend = trendOf([
      series(1, 2, 1, 2),
      series(101, 102, 101, 102).map(({ at, value }) => ({ at: at + 10, value })),
    ]);
    expect(trend?.p).toBeGreaterThan(0.3);
  });
});
