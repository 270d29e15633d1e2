import { expect, test } from 'vitest';
import type { ReplicationRecord } from '../../index.js';
import { replicationText } from './replication.js';
import { textWidth } from './text-width.js';

type Metric = ReplicationRecord['metrics'][number];
const metric = (change: Partial<Metric>): Metric => ({
  role: 'client',
  of: 'results',
  metric: 'total_ms',
  unit: 'ms',
  parameters: { split: 4 },
  decides: true,
  repeats: { original: 5, replication: 5 },
  original: 100,
  replication: 125.5,
  difference: 25.5,
  relative: 0.255,
  relative_low: 0.2,
  relative_high: 0.31,
  p_adjusted: 0.008,
  finding: 'different',
  needed_repeats: null,
  ...change,
});
const run = (id: string, lan: string | null) => ({
  run_id: id,
  experiment: 'split-inference',
  experiment_id: '0123',
  started_at: '2026-12-01T00:00:00.000Z',
  lan,
  collab_version: '0.1.0',
  verdict: 'VALID' as const,
});
const judged: ReplicationRecord = {
  format: 1,
  judged_at: '2026-12-01T00:00:00.000Z',
  verdict: 'DIFFERENT',
  reasons: ['client.total_ms at split=4 is 25.5 % higher (95 % interval +20 to +31 %): beyond 10 %.'],
  within: 0.1,
  original: run('20261121-125301-a1b2', 'shelf'),
  replication: run('20261201-000000-b1c2', null),
  deciding: { source: 'experiment', names: ['client.total_ms'] },
  metrics: [
    metric({}),
    metric({ parameters: { split: 9 }, replication: null, relative: null, finding: 'missing' }),
    metric({ metric: 'wall_s', of: 'roles', decides: false, finding: 'same' }),
  ],
  equal: [
    {
      name: 'client.label',
      role: 'client',
      within: 0,
      compared: 40,
      different: 0,
      repeats: 5,
      uncompared: 0,
      finding: 'equal',
      first: null,
    },
  ],
  differs: [
    { about: 'images', what: 'client', original: `sha256:${'a'.repeat(64)}`, replication: null },
    { about: 'devices', what: 'client-0: cores', original: '4', replication: '2' },
  ],
  doubts: [{ run: 'replication', check: 'throttling', text: 'nano1 was throttled.\u001b[31m' }],
};

test('the verdict, why, a table, and what differs', () => {
  expect(replicationText(judged, { all: false, width: 100 })).toBe(
    `DIFFERENT  split-inference
original     20261121-125301-a1b2  shelf  VALID
replication  20261201-000000-b1c2  this machine only  VALID

- client.total_ms at split=4 is 25.5 % higher (95 % interval +20 to +31 %): beyond 10 %.

Metrics that decide, the same within 10 %:
METRIC           AT       ORIGINAL  REPLICATION  BY [95 %]         FINDING
client.total_ms  split=4  100       125.5        +26 % [+20, +31]  different
client.total_ms  split=9  100       -            -                 missing
1 other does not decide: 1 the same, 0 different. Show them with --all.

Results that must be equal:
client.label: equal, 0 of 40 values differ

What differs between the runs (no proof of a cause):
images, client: ${'a'.repeat(37)}..., in the replication none
devices, client-0: cores: 4, in the replication 2

Doubts about the numbers:
replication, throttling: nano1 was throttled.`,
  );
  expect(replicationText(judged, { all: true, width: 100 })).toContain('client.wall_s');
});

test.each([40, 80])('fits %i columns', (width) => {
  const text = replicationText(judged, { all: true, width });
  const tooLong = text.split('\n').filter((line) => textWidth(line) > width && line.includes(' '));
  // A word that is longer than a line stays whole.
  expect(
    tooLong.filter((line) =>
      line
        .trim()
        .split(' ')
        .every((word) => textWidth(word) <= width),
    ),
  ).toEqual([]);
});
