import { expect, test } from 'vitest';
import {
  completeRole,
  exitOf,
  lines,
  loadOf,
  monotonic,
  RunFolder,
  runOf,
  trial,
} from '../../../tests/fixtures/run-folder.js';
import { Performance } from '../opening/index.js';
import { disturbanceOf } from './disturbance.js';

test('devices of one machine, and a role with two instances: the load of the table trials, not that of one role', async () => {
  const placement = ['nano1', 'nano2'].flatMap((device, at) => [
    { role: 'client', rank: at, device },
    { role: 'server', rank: at, device },
  ]);
  const trials = [1, 2].map((number) => trial(number, { repeat: number - 1 }));
  const folder = await RunFolder.make(runOf({ placement, trials }));
  const samples = lines(
    [0, 0.5, 1, 1.5, 2].map((s) => ({ monotonic_s: monotonic(s), cpu_percent: 50, device_cpu_percent: 230 })),
  );
  for (const { number } of trials) {
    // Four instances of 1 s, and others with 0.6 s in 2 s.
    const load = loadOf({ boot_id: 'boot', role_cpu_s: 1, wrapper_cpu_s: 0, device_cpu_s: 4.6 });
    const exit = JSON.stringify(exitOf({ device_load: load }));
    for (const { role, rank } of placement)
      await folder.role(number, role, completeRole({ exit, samples }), rank);
  }
  const { first } = await Performance.open(folder.path);
  expect(disturbanceOf(first).other_load).toEqual([
    { device: 'nano1', percent: expect.closeTo(30, 6) as number },
    { device: 'nano2', percent: expect.closeTo(30, 6) as number },
  ]);
  expect([...first.otherLoad.values()].map(({ otherS, seconds }) => otherS / seconds)).toEqual([
    expect.closeTo(0.3, 6),
    expect.closeTo(0.3, 6),
  ]);
});
