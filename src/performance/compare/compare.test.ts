import { expect, test } from 'vitest';
import { folderOf, type Shape } from '../../../tests/fixtures/recorded-run.js';
import { runOf } from '../../../tests/fixtures/run-folder.js';
import type { RunRecord } from '../../logs/index.js';
import { numberOf } from '../../workspace/index.js';
import { Performance } from '../opening/index.js';
import { falseDiscovery, smallestEffect } from '../statistics/index.js';
import { compareRuns, type Comparison } from './compare.js';
import { differences } from './settings.js';

async function compared(a: Shape, b: Shape, metrics: string[] = []): Promise<Comparison> {
  const folders = [
    await folderOf({ ...a, run: { run_id: 'a', ...a.run } }),
    await folderOf({ ...b, run: { run_id: 'b', ...b.run } }),
  ];
  return compareRuns(await Performance.open(folders), { metrics });
}

const five = [10, 11, 12, 13, 14];
const at = (split: number, values: Record<string, readonly number[]>) => ({ parameters: { split }, values });
const found = ({ metrics }: Comparison) =>
  metrics.map(({ of, metric, parameters, finding }) => [of, metric, parameters, finding]);

test('a real difference is found with its interval; equal metrics show none', async () => {
  const comparison = await compared(
    { recorded: [at(4, { total_ms: five, wire_ms: five, sent_bytes: [7, 7, 7, 7, 7] })] },
    {
      recorded: [
        at(4, {
          total_ms: five.map((value) => value + 10),
          wire_ms: [10.5, 11.4, 12.1, 12.7, 13.9],
          sent_bytes: [7, 7, 7, 7, 7],
        }),
      ],
      wallS: [1, 1.1, 1.2, 1.3, 1.4],
    },
  );
  const results = found(comparison).filter(([of]) => of === 'results');
  expect(results).toEqual([
    ['results', 'total_ms', {}, 'higher'],
    ['results', 'wire_ms', {}, 'none'],
    ['results', 'sent_bytes', {}, 'same'],
  ]);
  const total = comparison.metrics.find(({ metric }) => metric === 'total_ms');
  expect(total).toMatchObject({
    repeats: { a: 5, b: 5 },
    a: 12,
    b: 22,
    difference: 10,
    relative: 10 / 12,
    interval: { low: 7, high: 13 },
  });
  expect(total?.p).toBeCloseTo(2 / 252, 10);
  expect(comparison.metrics.find(({ metric }) => metric === 'wall_s')).toMatchObject({
    of: 'roles',
    unit: 's',
    finding: 'lower',
  });
  expect(comparison).toMatchObject({ same_experiment: true, differences: [] });
});

test('three repeats are too few for a test, and the finding says so', async () => {
  const [a, b] = [
    [1, 2, 3],
    [101, 102, 103],
  ].map((values) => ({ recorded: [at(4, { total_ms: values })] }));
  const { metrics } = await compared(a ?? { recorded: [] }, b ?? { recorded: [] });
  expect(metrics.find(({ metric }) => metric === 'total_ms')).toMatchObject({
    finding: 'too few',
    interval: null,
    p_adjusted: null,
  });
});

test('one low p among many tests is only `perhaps`', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `m${index}_ms`);
  const values = (first: readonly number[]) =>
    Object.fromEntries(names.map((name, index) => [name, index === 0 ? first : five]));
  const { metrics } = await compared(
    { recorded: [at(4, values(five))] },
    { recorded: [at(4, values(five.map((value) => value + 10)))] },
  );
  expect(metrics.find(({ metric }) => metric === 'm0_ms')).toMatchObject({ finding: 'perhaps' });
});

const withPrimary = (...primary: string[]) => ({
  run: { experiment: { name: 'x', id: 'sha256:0', definition: { primary } } },
});

test('a primary metric is tested on its own, and the others do not hide a difference in it', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `m${index}_ms`);
  const values = (first: readonly number[]) =>
    Object.fromEntries(names.map((name, index) => [name, index === 0 ? first : five]));
  const [a, b] = [at(4, values(five)), at(4, values(five.map((value) => value + 10)))];
  const own = await compared({ recorded: [a], ...withPrimary('client.m0_ms') }, { recorded: [b] });
  expect(own.primary).toEqual({ source: 'experiment', names: ['client.m0_ms'], missing: [] });
  expect(own.metrics[0]).toMatchObject({
    metric: 'm0_ms',
    family: 'primary',
    family_tests: 1,
    finding: 'higher',
  });
  expect(own.metrics[0]?.p_adjusted).toBe(own.metrics[0]?.p);
  for (const other of own.metrics.slice(1))
    expect(other).toMatchObject({ family: 'other', family_tests: 29 });

  const named = await compared({ recorded: [a], ...withPrimary('m0_ms') }, { recorded: [b] }, ['m1_ms']);
  expect(named.primary).toMatchObject({ source: 'both', names: ['m0_ms', 'm1_ms'] });
  expect(named.metrics.filter(({ family }) => family === 'primary')).toMatchObject([
    { metric: 'm0_ms', family_tests: 2, finding: 'higher' },
    { metric: 'm1_ms', family_tests: 2, finding: 'none' },
  ]);
});

test('without a primary metric, recorded results are one family and totals the other', async () => {
  const { primary, metrics } = await compared(
    { recorded: [at(4, { total_ms: five, wire_ms: five })] },
    { recorded: [at(4, { total_ms: five, wire_ms: five })] },
  );
  expect(primary).toEqual({ source: 'default', names: [], missing: [] });
  for (const { of, family, family_tests: tests } of metrics)
    expect([family, tests]).toEqual(of === 'results' ? ['primary', 2] : ['other', 0]);
});

test('a primary metric that the runs do not have is named, and one at the command line is an error', async () => {
  const shape = { recorded: [at(4, { total_ms: five })], ...withPrimary('energy_j') };
  expect((await compared(shape, shape)).primary.missing).toEqual(['energy_j']);
  await expect(compared(shape, shape, ['nothing_ms'])).rejects.toMatchObject({
    name: 'no-such-metric',
    why: expect.stringContaining('client.total_ms') as string,
  });
});

test('the smallest effect that the repeats would have found is in the unit of the metric', async () => {
  const { metrics } = await compared(
    { recorded: [at(4, { total_ms: five })] },
    { recorded: [at(4, { total_ms: five })] },
  );
  const total = metrics.find(({ metric }) => metric === 'total_ms');
  const sd = Math.sqrt(2.5);
  expect(total?.smallest_effect).toBeCloseTo((smallestEffect(5, 5, 0.05) ?? Number.NaN) * sd, 9);
  expect(total?.smallest_effect_relative).toBeCloseTo((total?.smallest_effect ?? Number.NaN) / 12, 9);
});

test('the findings of both verdicts and the load by others stand beside the results', async () => {
  const shape = { recorded: [at(4, { total_ms: [1] })] };
  const { disturbance, a } = await compared(shape, shape);
  expect(a.verdict).toBe('DOUBTFUL');
  expect(disturbance.a.findings.map(({ check }) => check)).toContain('repeats');
  expect(disturbance.b.other_load.map(({ device }) => device)).toEqual(['nano2']);
});

test('combinations are matched by their parameters; a parameter that changed between the runs is the one compared', async () => {
  const values = { total_ms: five };
  const same = await compared(
    { recorded: [at(0, values), at(4, values)] },
    { recorded: [at(4, values), at(9, values)] },
  );
  expect(found(same).filter(([of]) => of === 'results')).toEqual([
    ['results', 'total_ms', { split: 4 }, 'none'],
  ]);
  const changed = await compared(
    { recorded: [{ parameters: { split: 4, codec: 'raw' }, values }] },
    { recorded: [{ parameters: { split: 4, codec: 'zlib' }, values }] },
  );
  expect(found(changed).filter(([of]) => of === 'results')).toEqual([['results', 'total_ms', {}, 'none']]);
  expect(changed.differences).toEqual([{ about: 'parameters', what: 'codec', a: '"raw"', b: '"zlib"' }]);
});

const base = runOf();
const definition = { name: 'x', repeats: 3, roles: [{ name: 'client', base: 'python' }], samplingS: 0.1 };
const withDefinition = (change: Record<string, unknown>, id = 'sha256:0123') =>
  runOf({ experiment: { name: 'x', id, definition: { ...definition, ...change } } });

test.each<[string, RunRecord, RunRecord, unknown[]]>([
  [
    'another time, id and address are no differences',
    base,
    runOf({ run_id: 'other', started_at: '2027-01-01T00:00:00Z' }),
    [],
  ],
  [
    'another machine with another kernel in the same role',
    base,
    runOf({
      devices: base.devices.map((device) => ({
        ...device,
        id: `new ${device.id}`,
        facts: { ...device.facts, kernel: '6.1' },
      })),
      placement: base.placement.slice(1),
    }),
    [
      ['placement', 'server-0', 'nano1', null],
      ['devices', 'server-0: machine', 'SHA256:nano1', null],
      ['devices', 'server-0: architecture', 'arm64', null],
      ['devices', 'server-0: cores', '4', null],
      ['devices', 'client-0: machine', 'SHA256:nano2', 'new SHA256:nano2'],
      ['devices', 'client-0: kernel', null, '6.1'],
    ],
  ],
  [
    'another image, version, commit and state',
    base,
    runOf({
      images: base.images.map((image) => ({ ...image, image_id: 'sha256:new' })),
      versions: { ...base.versions, collab: '0.2.0' },
      git: { commit: 'ec88c5f', dirty: true },
      state: 'failed',
    }),
    [
      ['images', 'server', 'sha256:abc', 'sha256:new'],
      ['versions', 'collab', '0.1.0', '0.2.0'],
      ['versions', 'git commit', 'ec88c5f', 'ec88c5f with changes'],
      ['run', 'state', 'complete', 'failed'],
    ],
  ],
  [
    'a changed definition by its path',
    withDefinition({}),
    withDefinition({ repeats: 9, samplingS: 0.01, roles: [{ name: 'client', base: 'torch' }] }, 'sha256:9'),
    [
      ['experiment', 'content', 'sha256:0123', 'sha256:9'],
      ['experiment', 'roles.client.base', 'python', 'torch'],
      ['experiment', 'samplingS', '0.1', '0.01'],
    ],
  ],
])('%s', (_, a, b, expected) => {
  expect(differences(a, b).map(({ about, what, a: left, b: right }) => [about, what, left, right])).toEqual(
    expected,
  );
});

test("corrected p-values as R's p.adjust(method = 'BH') gives them", () => {
  expect(falseDiscovery([0.01, 0.02, 0.03, 0.04, 0.05]).map((p) => Number(p.toFixed(6)))).toEqual([
    0.05, 0.05, 0.05, 0.05, 0.05,
  ]);
  expect(falseDiscovery([0.5, 0.005, 0.1]).map((p) => Number(p.toFixed(6)))).toEqual([0.5, 0.015, 0.15]);
  expect(falseDiscovery([0.04, 0.9])).toEqual([0.08, 0.9]);
  expect(falseDiscovery([])).toEqual([]);
});

test('values of parameters are equal however they are written: older runs have 4 where 4.0 was written', async () => {
  const run = (...splits: (number | ReturnType<typeof numberOf>)[]) => ({
    recorded: splits.map((split) => ({ parameters: { split }, values: { total_ms: five } })),
  });
  const comparison = await compared(run(4, 9), run(numberOf('4.0'), numberOf('9.0')));
  expect(found(comparison).filter(([of]) => of === 'results')).toHaveLength(2);
  const { differences: settings } = comparison;
  expect(settings.filter(({ about }) => about === 'parameters')).toEqual([]);
});
