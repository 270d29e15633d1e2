import { expect, test } from 'vitest';
import { batchSizeText, leftOutText, ratesText, timesText, trainedText } from './inference.js';

const rate = {
  model: 'resnet50',
  jobs: ['a'],
  live: true,
  completed: 12,
  queries: 100,
  sinceMs: Date.parse('2026-11-21T12:00:00.000Z'),
  untilMs: Date.parse('2026-11-21T12:00:04.000Z'),
  recentPerS: 3,
  perS: 3,
  stretchS: 1,
  completions: [0, 4, 0, 8],
};

test('rates have a row and a chart for each model', () => {
  const lines = ratesText([rate], { TERM: 'dumb' }).split('\n');
  expect(lines[1]).toMatch(/^resnet50 +12 of 100 +3\.00 +3\.00 /);
  expect(lines.slice(-2)).toEqual(['resnet50: completed in each second, up to 8', '  _+_#']);
  expect(ratesText([])).toContain('collab infer submit');
});

test('times that nobody told are a dash, and never 0', () => {
  const times = {
    model: 'm',
    jobs: ['a'],
    n: 0,
    unknown: 2,
    imagesMean: null,
    meanS: null,
    deviationS: null,
    p50S: null,
    p90S: null,
    p95S: null,
    p99S: null,
  };
  const text = timesText([times]);
  expect(text.split('\n')[1]?.split(/\s+/)).toEqual(['m', '0', '-', '-', '-', '-', '-', '-', '-']);
  expect(text).toContain('m: 2 more batches are done and do not tell their time.');
});

test('what was left out, set, and trained is told in words', () => {
  expect(leftOutText(['a.txt'])).toBe('note: one file that is no image is left out: a.txt');
  expect(leftOutText(['1', '2', '3', '4', '5', '6', '7'])).toBe(
    'note: 7 files that are no images are left out: 1, 2, 3, 4, 5, and 2 more',
  );
  const shown = { model: 'm', size: 2, set: true };
  expect(batchSizeText({ ...shown, jobs: null })).toBe('m: 2 images in a batch, as set');
  expect(batchSizeText({ ...shown, jobs: ['x'] })).toContain('from the next batch of x on');
  expect(trainedText('m', { weights: 'mnist, 90 %', train_seconds: 3 })).toContain(
    'm is trained: mnist, 90 %, in 3 s',
  );
});
