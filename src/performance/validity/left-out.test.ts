import { expect, test } from 'vitest';
import { judged } from '../../../tests/fixtures/judged-run.js';
import { lines, monotonic, type RoleTexts, trial } from '../../../tests/fixtures/run-folder.js';
import type { RunRecord } from '../../logs/index.js';

/** Five repeats of a client; the verdict's findings as `level check: text`. */
async function found(
  texts: (trial: number) => RoleTexts,
  run: Partial<RunRecord> = {},
): Promise<{ verdict: string; findings: string[] }> {
  const { verdict, findings } = await judged(run, texts);
  return { verdict, findings: findings.map(({ level, check, text }) => `${level} ${check}: ${text}`) };
}
const results = (rows: (trial: number) => Record<string, unknown>[]) => (number: number) => ({
  results: lines(rows(number)),
});

test('40 % text among the numbers of a metric makes a run doubtful, and is counted and named', async () => {
  const rows = Array.from({ length: 10 }, (_, at) => ({ total_ms: at < 4 ? 'timeout' : 10 + at / 10 }));
  const { verdict, findings } = await found(results(() => rows));
  expect(verdict).toBe('DOUBTFUL');
  expect(findings).toEqual([
    "doubt values left out: total_ms of client: 20 of 50 values are in none of its statistics (20 text ('timeout')). Statistics of the rest hide what they stand for. Record a number in every row, and the reason in a column of its own.",
  ]);
});

test('NaN that the collab module wrote is counted with its metric', async () => {
  const nan = { loss: null, _not_finite: { loss: 'NaN' } };
  const { verdict, findings } = await found(results(() => [{ loss: 0.5 }, nan]));
  expect(verdict).toBe('DOUBTFUL');
  expect(findings[0]).toMatch(/^doubt values left out: loss of client: 5 of 10 values .*\(5 not finite\)/);
  expect(findings[1]).toBe('remark lines whole: 5 values were not finite (NaN, Infinity) and are empty.');
});

test('values that were recorded as empty are a remark', async () => {
  const { verdict, findings } = await found(results(() => [{ loss: 0.5 }, { loss: null }]));
  expect([verdict, ...findings]).toEqual([
    'VALID',
    'remark values left out: loss of client: 5 of 10 values are in none of its statistics (5 empty). They were recorded without a value.',
  ]);
});

test('a complete repeat with fewer rows, without a metric that the others have, is a doubt', async () => {
  const { verdict, findings } = await found(
    results((number) => (number === 3 ? [{ a_ms: 1 }] : [{ a_ms: 1, loss: 2 }, { a_ms: 1 }])),
  );
  expect(verdict).toBe('DOUBTFUL');
  expect(findings).toEqual([
    'doubt repeats without values: loss of client has no value in 1 complete trial (3), with fewer rows than other repeats of the same parameters; its statistics leave it out.',
  ]);
});

test('columns that a program records only sometimes are one remark', async () => {
  const { verdict, findings } = await found(
    results((number) => [
      { a_ms: 1, ...(number === 3 ? {} : { loss: 2 }), ...(number > 3 ? { retry_ms: 7 } : {}) },
    ]),
  );
  expect([verdict, ...findings]).toEqual([
    'VALID',
    'remark repeats without values: No values of these in some complete trials, in which their roles recorded others: loss of client (trial 3), retry_ms of client (trials 1, 2, 3). Statistics are of the other trials.',
  ]);
});

test('a column of one combination only is one remark', async () => {
  const trials = Array.from({ length: 10 }, (_, at) =>
    trial(at + 1, { parameters: { codec: at % 2 === 0 ? 'raw' : 'jpeg' } }),
  );
  const { verdict, findings } = await found(
    results((number) => [{ a_ms: 1, ...(number % 2 === 0 ? { jpeg_ms: 2 } : {}) }]),
    { trials },
  );
  expect([verdict, ...findings]).toEqual([
    'VALID',
    'remark repeats without values: No values of these in some complete trials, in which their roles recorded others: jpeg_ms of client (trials 1, 3, 5, 7 and 1 more). Statistics are of the other trials.',
  ]);
});

test('a combination at which a role recorded nothing is a doubt, no matter how many metrics', async () => {
  const trials = Array.from({ length: 10 }, (_, at) =>
    trial(at + 1, { parameters: { split: Math.floor(at / 5) } }),
  );
  const { verdict, findings } = await found(
    (number) => (number > 5 ? {} : { results: lines([{ a_ms: 1, b_ms: 2 }]) }),
    { trials },
  );
  expect([verdict, ...findings]).toEqual([
    'DOUBTFUL',
    'doubt repeats without values: client recorded no results in 5 complete trials (6, 7, 8, 9 and 1 more), although it did in others; statistics leave them out.',
  ]);
});

test('a rare span is no finding; a repeat without any span is a remark', async () => {
  const span = (name: string) => ({ name, start_monotonic_s: monotonic(0.1), duration_ms: 1 });
  const rare = await found((number) => ({
    spans: lines([span('head'), ...(number === 2 ? [span('retry')] : [])]),
  }));
  expect(rare).toEqual({ verdict: 'VALID', findings: [] });
  const lost = await found((number) => ({ spans: number === 2 ? '' : lines([span('head')]) }));
  expect([lost.verdict, ...lost.findings]).toEqual([
    'VALID',
    'remark repeats without values: client recorded no spans in 1 complete trial (2), although it did in others; statistics leave it out.',
  ]);
});

test('columns without statistics are named with the reason; one that looks like a quantity is pointed out', async () => {
  const rows = [
    { frame: 1, model: 'a', total_ms: '12.5', loss: 1 },
    { frame: 2, model: 'a', total_ms: '12.5', loss: 1 },
  ];
  const { verdict, findings } = await found(results(() => rows));
  expect([verdict, ...findings]).toEqual([
    'VALID',
    'remark columns without statistics: These columns are in the tables only: frame of client (identifier, 10 rows), model of client (text, 10 rows), total_ms of client (text, 10 rows). total_ms looks like a quantity by name, but every value is text.',
  ]);
});

test('spans of frames with a negative duration are in no ledger, which is said', async () => {
  const span = { name: 'head', start_monotonic_s: monotonic(0.1), duration_ms: -1 };
  const { verdict, findings } = await found((number) => ({
    spans: lines(number === 2 ? [{ ...span, frame: 1 }, span] : []),
  }));
  expect(verdict).toBe('DOUBTFUL');
  expect(findings).toContain(
    'doubt frames whole: trial 2, client-0: 1 span of frames with a negative duration are in no frame ledger.',
  );
});
