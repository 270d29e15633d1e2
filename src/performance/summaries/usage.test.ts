import { expect, test } from 'vitest';
import { onlyClient } from '../../../tests/fixtures/performance-bed.js';
import { completeRole, exitOf, RunFolder, runOf, trial } from '../../../tests/fixtures/run-folder.js';
import { Performance } from '../opening/index.js';

const measured = (value: number, kind = 'measured') => ({ value, unit: 's', kind });

test('gives wall time, CPU, memory and energy of roles that recorded nothing', async () => {
  const trials = [
    trial(1, { warmup: true }),
    trial(2),
    trial(3, { repeat: 1 }),
    trial(4, { parameters: { split: 9, codec: 'raw' } }),
    trial(5, { parameters: { split: 9, codec: 'raw' }, state: 'failed' }),
  ];
  const folder = await RunFolder.make(runOf({ placement: onlyClient, trials }));
  for (const { number } of trials) {
    const totals = {
      wall_s: measured(number),
      cpu_user_s: measured(1),
      cpu_system_s: measured(0.5, 'estimated'),
      memory_peak_bytes: { value: null, unit: 'bytes', kind: 'unavailable', reason: 'no cgroup' },
      memory_peak_tree_bytes: { value: 1e6 * number, unit: 'bytes', kind: 'estimated' },
      ...(number === 4 && { energy_j: { value: 3, unit: 'J', kind: 'measured' } }),
    };
    await folder.role(number, 'client', completeRole({ exit: JSON.stringify(exitOf({ totals })) }));
  }
  const [split4, split9, ...others] = (await Performance.open(folder.path)).first.usage;
  expect(others).toEqual([]);
  expect(split4).toMatchObject({ role: 'client', parameters: { split: 4, codec: 'raw' }, trials: [2, 3] });
  const shown = (usage: typeof split4) =>
    usage?.resources.map(({ metric, estimated, overRepeats: { mean } }) => [metric, mean, estimated]);
  expect(shown(split4)).toEqual([
    ['wall_s', 2.5, false],
    ['cpu_s', 1.5, true],
    ['memory_peak_tree_bytes', 2.5e6, true],
  ]);
  expect(split9?.trials).toEqual([4]);
  expect(shown(split9)).toEqual([
    ['wall_s', 4, false],
    ['cpu_s', 1.5, true],
    ['memory_peak_tree_bytes', 4e6, true],
    ['energy_j', 3, false],
  ]);
});
