import { describe, expect, test } from 'vitest';
import { boards, judged, sampled, textsOf } from '../../../tests/fixtures/judged-run.js';
import {
  exitOf,
  lines,
  loadOf,
  monotonic,
  type RoleTexts,
  stateLine,
  trial,
} from '../../../tests/fixtures/run-folder.js';
import type { RunRecord } from '../../logs/index.js';

const exitWith = (change: Record<string, unknown>) =>
  JSON.stringify(exitOf({ missed_samples: 0, device_load: loadOf(), ...change }));
const noFlags = { throttled_flags: null };
const trials = (count: number) => Array.from({ length: count }, (_, index) => trial(index + 1));
const total = (value: number) => ({ value, unit: 's', kind: 'measured' });

describe('what could not be checked is said', () => {
  test.each<[string, Partial<RunRecord>, (trial: number) => RoleTexts, string, RegExp]>([
    [
      'throttling, without a sensor',
      { devices: boards(noFlags, noFlags) },
      () => ({
        state: lines([
          stateLine,
          { ...stateLine, state: 'absent', metric: 'throttled', reason: 'no such file' },
        ]),
      }),
      'remark',
      /throttling: Could not check whether nano2 was throttled: no such file\./,
    ],
    [
      'throttling, in one trial without samples of it',
      { devices: boards(noFlags, noFlags) },
      (n) => (n === 4 ? {} : { samples: sampled({ throttled: 0 }) }),
      'remark',
      /throttling: Could not check whether nano2 was throttled: there are no samples of it\./,
    ],
    [
      'settings of a board that was read only before the run',
      { devices: boards({}, {}).map((one) => ({ ...one, board: { ...one.board, after: null } })) },
      () => ({}),
      'remark',
      /board: Could not check whether the settings of nano1, nano2 changed/,
    ],
    [
      'a setting that could be read only before the run',
      { devices: boards({ nvpmodel: 'MAXN 0' }, {}) },
      () => ({}),
      'remark',
      /board: Could not check whether settings of nano1 changed: power mode could not be read after the run/,
    ],
    [
      'the governor of a virtual machine',
      { devices: boards({ cpu_policies: [] }, { cpu_policies: [] }) },
      () => ({}),
      'remark',
      /board: Could not check whether the CPU clock of nano1, nano2 is fixed/,
    ],
    [
      'a drift between too few repeats',
      { trials: trials(4) },
      () => ({}),
      'remark',
      /drift between repeats: Could not check for a drift between repeats: 4 trials are too few/,
    ],
    [
      'gaps, if nobody knows how often samples are due',
      { experiment: { name: 'x', id: '', definition: {} } },
      () => ({}),
      'remark',
      /gaps: Could not check for gaps between samples/,
    ],
    [
      'gaps, without samples',
      {},
      (n) => (n === 2 ? { samples: '' } : {}),
      'doubt',
      /gaps: There are no samples of trial 2, client-0, so gaps could not be checked\./,
    ],
    [
      'whether a clock was set, without states',
      {},
      () => ({ state: '' }),
      'doubt',
      /clock drift: Could not check whether the clock of nano2 was changed/,
    ],
    [
      'only warm-ups',
      { trials: [trial(1, { warmup: true })] },
      () => ({}),
      'doubt',
      /repeats: No trial was measured/,
    ],
  ])('%s', async (_, run, texts, level, expected) => {
    const validity = await judged(run, texts);
    expect(textsOf(validity, level).join('\n')).toMatch(expected);
  });
});

describe('gaps at the ends of a series', () => {
  test.each<[string, number[], RegExp]>([
    ['samples that end early', [0.1, 0.5, 0.9], /Gaps of up to 1\.1 s/],
    ['samples that begin late', [1.5, 1.9], /Gaps of up to 1\.5 s/],
  ])('%s', async (_, at, expected) => {
    const validity = await judged({}, (n) => (n === 2 ? { samples: sampled({}, at) } : {}));
    expect(textsOf(validity, 'doubt').join('\n')).toMatch(expected);
  });
});

describe('drift in totals', () => {
  /** The command took longer in each trial, and recorded nothing, or recorded values without a drift. */
  const slower = (n: number) => {
    const wallS = 1 + 0.05 * n;
    return {
      exit: exitWith({
        ended_monotonic_s: monotonic(wallS),
        totals: { wall_s: total(wallS), cpu_user_s: total(0.5), cpu_system_s: total(0.1) },
      }),
      samples: sampled({}, [0.1, 0.5, 0.9, wallS]),
    };
  };

  test.each([
    ['with no results', {}],
    ['beside results that do not drift', { results: lines([{ total_ms: 5 }]) }],
  ])('of wall_s alone is found, %s', async (_, texts) => {
    const validity = await judged({ trials: trials(10) }, (n) => ({ ...slower(n), ...texts }));
    expect(validity.verdict).toBe('DOUBTFUL');
    expect(textsOf(validity, 'doubt')).toEqual([
      expect.stringMatching(
        /^drift between repeats: wall_s of client rose by 3\d(\.\d)? % .* over 10 trials/,
      ),
    ]);
  });

  test('of the CPU time is found, although it is the sum of two', async () => {
    const validity = await judged({ trials: trials(8) }, (n) => ({
      exit: exitWith({
        totals: { wall_s: total(2), cpu_user_s: total(1), cpu_system_s: total(0.5 + 0.05 * n) },
      }),
    }));
    expect(textsOf(validity, 'doubt').join('\n')).toMatch(/CPU time of client rose by/);
  });

  test('the totals do not hide a drift of five results', async () => {
    const validity = await judged({}, (n) => ({ results: lines([{ total_ms: 100 + 5 * n }]) }));
    expect(textsOf(validity, 'doubt').join('\n')).toMatch(/total_ms of client rose by/);
  });

  test('of 25 % over five repeats, which are too few for a family of two totals, is said', async () => {
    const validity = await judged({}, slower);
    expect(textsOf(validity, 'doubt')).toEqual([]);
    expect(textsOf(validity, 'remark')).toEqual([
      'drift between repeats: Could not check for a drift between repeats: wall_s of client rose by 17.4 % from the first repeat to the last, but 5 trials are too few to tell that from chance among 2 quantities. 6 repeats of each combination of parameters are enough for the test at the 5 % level.',
    ]);
  });

  test('over the six repeats that are enough then is found', async () => {
    const validity = await judged({ trials: trials(6) }, slower);
    expect(textsOf(validity, 'doubt').join('\n')).toMatch(/wall_s of client rose by/);
  });

  test('in a family of 20 results over five repeats is said in one line', async () => {
    const many = (n: number) =>
      Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`q${at}_ms`, at * n + 9]));
    const validity = await judged({}, (n) => ({ results: lines([many(n)]) }));
    expect(textsOf(validity, 'doubt')).toEqual([]);
    expect(textsOf(validity, 'remark')).toEqual([
      expect.stringMatching(
        /q19_ms of client rose by .* \(and 18 other quantities by 5 % or more\), but 5 trials .* 8 repeats of each/,
      ),
    ]);
  });

  test('a total that one trial lacks is looked at in the others', async () => {
    const none = { exit: exitWith({ totals: {} }) };
    const validity = await judged({ trials: trials(10) }, (n) => (n === 5 ? none : slower(n)));
    expect(textsOf(validity, 'doubt').join('\n')).toMatch(/wall_s of client rose by/);
  });
});
