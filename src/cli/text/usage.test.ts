import { expect, test } from 'vitest';
import { described } from '../../../tests/fixtures/described.js';
import type { Usage } from '../../index.js';
import { usageText } from './usage.js';

type Resource = Usage['resources'][number];

const resource = (metric: string, mean: number, half: number | null, estimated = false): Resource => ({
  metric,
  estimated,
  overRepeats: described(mean, half, 3),
});

const used = (hidden: number, trials: number[], ...resources: Resource[]): Usage => ({
  role: 'train',
  parameters: { hidden },
  trials,
  resources,
});

test('one line per combination, with memory in MB and a mark for what was estimated', () => {
  const text = usageText(
    [
      used(
        64,
        [1, 2, 3],
        resource('wall_s', 1.5, 0.25),
        resource('memory_peak_tree_bytes', 30_000_000, 1_000_000, true),
      ),
      used(128, [4, 5, 6, 7], resource('wall_s', 2.5, 0.25)),
    ],
    100,
  );
  expect(text.split('\n')).toEqual(
    [
      'Resources of train (mean over the repeats, +- half the 95 % interval; ~ estimated):',
      'hidden  repeats  wall_s                     memory_peak_tree_mb',
      '64      3        1.5 +- 0.25                ~30 +- 1',
      '128     4        2.5 +- 0.25 (3 repeats)    -',
    ].map(
      (line) =>
        expect.stringMatching(
          new RegExp(`^${line.replace(/[()+]/g, '\\$&').replace(/ {2,}/g, ' +')}$`),
        ) as string,
    ),
  );
});

test('a run without totals has no table', () => {
  expect(usageText([used(64, [1])], 80)).toBe('');
});
