import { expect, test } from 'vitest';
import type { RunOverview } from '../../index.js';
import { runsText } from './runs.js';
import { widthOf } from './text-width.js';

const run = (change: Partial<RunOverview> = {}): RunOverview => ({
  run_id: '20261121-125301-a1b2',
  experiment: 'split-inference',
  folder: '/w/Logs/split-inference/20261121-125301-a1b2',
  name: null,
  note: null,
  tags: [],
  state: 'complete',
  abandoned_at: null,
  unchecked: null,
  job: null,
  started_at: '2026-11-21T12:53:01.000Z',
  seconds: 725,
  trials: { complete: 27, all: 27 },
  devices: ['nano1'],
  replication: null,
  validity: { verdict: 'DOUBTFUL', findings: [] },
  fault: null,
  ...change,
});

test('a list of usual runs is no wider than 80 columns', () => {
  const text = runsText([run(), run({ state: 'interrupted', seconds: null, validity: null })], false);
  expect(text).toBe(
    `RUN                   EXPERIMENT       STATE        TOOK        TRIALS  VERDICT
20261121-125301-a1b2  split-inference  complete     12 min 5 s  27/27   DOUBTFUL
20261121-125301-a1b2  split-inference  interrupted  -           27/27   -`,
  );
  expect(widthOf(text)).toBeLessThanOrEqual(80);
});

test('names and tags have columns where there are some; one experiment needs none', () => {
  expect(runsText([run({ name: 'base', tags: ['gpu', 'paper'] }), run()], true)).toBe(
    `RUN                   STATE     TOOK        TRIALS  VERDICT   NAME  TAGS
20261121-125301-a1b2  complete  12 min 5 s  27/27   DOUBTFUL  base  gpu, paper
20261121-125301-a1b2  complete  12 min 5 s  27/27   DOUBTFUL`,
  );
});
