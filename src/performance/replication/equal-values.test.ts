import { expect, test } from 'vitest';
import { completeRole, lines, RunFolder, runOf, trial } from '../../../tests/fixtures/run-folder.js';
import { Performance } from '../opening/index.js';
import { isSame } from './equal-values.js';
import { judgeReplication } from './judge-replication.js';

test.each([
  [1, 1, 0, true],
  [1, 1.0000000000000002, 0, false],
  [10n ** 20n, 10n ** 20n, 0, true],
  [10n ** 20n, 10n ** 20n + 1n, 0, false],
  [9007199254740993n, 9007199254740992, 0, false],
  ['1', 1, 0, false],
  ['cat', 'cat', 0, true],
  [true, 1, 0, false],
  [null, null, 0, true],
  [[1, { a: 2 }], [1, { a: 2 }], 0, true],
  [[1], [1, 2], 1, false],
  [0.93, 0.929, 0.001, true],
  [0.93, 0.9289, 0.001, false],
  [5n, 5.4, 0.5, true],
])('%s and %s within %d: %s', (a, b, within, expected) => {
  expect(isSame(a, b, within)).toBe(expected);
});

const equal = (...names: string[]) => ({
  name: 'x',
  id: 'sha256:0',
  definition: { equal: names.map((name) => ({ name, within: 0 })) },
});
const placement = [{ role: 'client', rank: 0, device: 'nano2' }];

/** A run whose trials recorded these lines. */
async function runWith(id: string, texts: readonly string[], name = 'label', change = {}): Promise<string> {
  const trials = texts.map((_, repeat) => trial(repeat + 1, { repeat, parameters: {} }));
  const folder = await RunFolder.make(
    runOf({ run_id: id, experiment: equal(name), placement, trials, ...change }),
  );
  for (const [at, results] of texts.entries()) await folder.role(at + 1, 'client', completeRole({ results }));
  return folder.path;
}
const judged = async (a: string, b: string) =>
  judgeReplication(await Performance.open([a, b]), { within: 0.1, metrics: [], judgedAt: new Date(0) });
const rows = (...labels: unknown[]) => lines(labels.map((label) => ({ label })));

test('the same rows are equal; a NaN is one value, and null another', async () => {
  const text = '{"label":"a"}\n{"other":1}\n{"label":NaN}\n';
  const a = await runWith('a', [text, text]);
  const same = await judged(a, await runWith('b', [text, text]));
  expect(same).toMatchObject({
    verdict: 'TOO FEW',
    equal: [{ role: 'client', finding: 'equal', compared: 4, different: 0, repeats: 2, uncompared: 0 }],
  });
  const other = await judged(a, await runWith('b', [text, text.replace('NaN', 'null')]));
  expect(other.equal).toMatchObject([
    { finding: 'different', first: { repeat: 1, row: 2, original: 'NaN', replication: 'null' } },
  ]);
});

test('with nothing but results that are equal, it is REPRODUCED', async () => {
  const a = await runWith('a', [rows('x', 'y')]);
  const found = await judged(a, await runWith('b', [rows('x', 'y')]));
  expect(found).toMatchObject({ verdict: 'REPRODUCED', reasons: ['Equal in all 2 values: client.label.'] });
});

test('a row more, a row less, and another order are differences', async () => {
  const a = await runWith('a', [rows('x', 'y')]);
  for (const [labels, first] of [
    [['x', 'y', 'z'], { row: 3, original: null, replication: '"z"' }],
    [['x'], { row: 2, original: '"y"', replication: null }],
    [['y', 'x'], { row: 1, original: '"x"', replication: '"y"' }],
    [[], { row: 1, original: '"x"', replication: null }],
  ] as const) {
    const found = await judged(a, await runWith('b', [rows(...labels)]));
    expect(found).toMatchObject({ verdict: 'DIFFERENT', equal: [{ finding: 'different', first }] });
  }
});

test('what was not compared is not equal', async () => {
  const a = await runWith('a', [rows('x'), rows('x')]);
  const fewer = await judged(a, await runWith('b', [rows('x')]));
  expect(fewer).toMatchObject({
    verdict: 'TOO FEW',
    equal: [{ finding: 'not compared', repeats: 1, uncompared: 1 }],
  });
  const broken = await judged(a, await runWith('b', [rows('x'), '{"label":"x"}\n{"lab\n{"label":"z"}\n']));
  expect(broken).toMatchObject({ verdict: 'TOO FEW', equal: [{ finding: 'not compared', different: 1 }] });
  expect(broken.reasons.join('\n')).toContain('rows of a run are missing or broken');
  const none = await judged(
    await runWith('a', [rows('x')], 'lable'),
    await runWith('b', [rows('x')], 'lable'),
  );
  expect(none).toMatchObject({ verdict: 'TOO FEW', equal: [{ role: null, finding: 'not compared' }] });
});

test('a run that did not complete is not REPRODUCED', async () => {
  const a = await runWith('a', [rows('x')]);
  const found = await judged(a, await runWith('b', [rows('x')], 'label', { state: 'interrupted' }));
  expect(found).toMatchObject({ verdict: 'TOO FEW', equal: [{ finding: 'equal' }] });
  expect(found.reasons.join('\n')).toContain('The replication: run ended.');
});

test('runs of two experiments, and runs without a result, are no replication', async () => {
  const a = await runWith('a', [rows('x')]);
  const other = { experiment: { ...equal('label'), name: 'y', id: 'sha256:1' } };
  await expect(judged(a, await runWith('b', [rows('x')], 'label', other))).rejects.toMatchObject({
    name: 'other-experiment',
    exitCode: 2,
  });
  const nothing = { experiment: equal() };
  await expect(
    judged(await runWith('a', [''], 'label', nothing), await runWith('b', [''], 'label', nothing)),
  ).rejects.toMatchObject({ name: 'nothing-to-compare', exitCode: 2 });
});
