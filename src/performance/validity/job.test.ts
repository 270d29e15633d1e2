import { expect, test } from 'vitest';
import { boards, judged, sampled, textsOf } from '../../../tests/fixtures/judged-run.js';
import { exitOf, loadOf, monotonic, trial } from '../../../tests/fixtures/run-folder.js';
import type { RunRecord } from '../../logs/index.js';

const job = { owner: 'ann', fleet: 'lab', asked_at: '2026-11-21T13:00:00.000Z' };
const placed = (device: string) => ({ role: 'client', rank: 0, device });
const on = (number: number, device: string) =>
  trial(number, { repeat: number - 1, placement: [placed(device)] });
/** One repeat after the other, each on the device that `of` names. */
const jobWith = (of: (number: number) => string, change: Partial<RunRecord> = {}): Partial<RunRecord> => ({
  job,
  trials: [1, 2, 3, 4, 5].map((number) => on(number, of(number))),
  ...change,
});
const exit = (fromS: number, load: Record<string, unknown> = {}) =>
  JSON.stringify(
    exitOf({
      missed_samples: 0,
      started_monotonic_s: monotonic(fromS),
      ended_monotonic_s: monotonic(fromS + 2),
      device_load: loadOf({ boot_id: 'one', ...load }),
    }),
  );
const oneAfterTheOther = (number: number) => ({
  exit: exit(3 * number),
  samples: sampled(
    {},
    [0.1, 0.5, 0.9, 1.3, 1.7, 2].map((s) => 3 * number + s),
  ),
});

test('what a job cannot claim is a doubt, and a run has none of these', async () => {
  const validity = await judged(
    jobWith(() => 'nano2'),
    oneAfterTheOther,
  );
  expect(validity.verdict).toBe('DOUBTFUL');
  expect(textsOf(validity, 'doubt')).toEqual([
    expect.stringMatching(/^job: This is a job: no device was leased/),
  ]);
  expect((await judged()).findings.filter(({ check }) => check === 'job')).toEqual([]);
});

test('tasks on several devices may differ because of these', async () => {
  const validity = await judged(
    jobWith((number) => (number === 5 ? 'nano1' : 'nano2')),
    oneAfterTheOther,
  );
  expect(textsOf(validity, 'doubt').join('\n')).toContain(
    'same device: The tasks ran on 2 devices (nano1, nano2)',
  );
});

test('tasks that ran at the same time on one machine are counted, also of two of its devices', async () => {
  const together = [0, 1, 4, 20, 30];
  const validity = await judged(
    jobWith((number) => (number % 2 === 0 ? 'nano1' : 'nano2')),
    (number) => ({ exit: exit(together[number - 1] ?? 0) }),
  );
  expect(textsOf(validity, 'doubt').join('\n')).toContain(
    'tasks apart: 2 tasks of the job ran while another one ran on the same machine (nano1, nano2), so they slowed each other down: trial 1, 2.',
  );
});

test('load by others may be that of other tasks', async () => {
  const loud = { device_cpu_s: 4, role_cpu_s: 1.5 };
  const validity = await judged(
    jobWith(() => 'nano2'),
    (number) => ({ ...oneAfterTheOther(number), exit: exit(3 * number, loud) }),
  );
  expect(textsOf(validity, 'doubt').join('\n')).toMatch(
    /other load: Other programs, or other tasks, used 12\d % of a core .* use collab run where this matters/,
  );
});

test('on a LAN, the clocks were not compared', async () => {
  const devices = boards({}, {}).map((device) => ({ ...device, clock: null }));
  const texts = async (change: Partial<RunRecord>) =>
    textsOf(
      await judged(
        jobWith(() => 'nano2', { devices, ...change }),
        oneAfterTheOther,
      ),
      'remark',
    ).join('\n');
  expect(await texts({ lan: 'shelf' })).toContain('job clocks: The clocks of the devices were not compared');
  expect(await texts({ lan: null })).not.toContain('job clocks');
});

test('a job is told how to get repeats, in its own words', async () => {
  const once = [1, 2].map((number) => ({
    ...on(number, 'nano2'),
    parameters: { split: number, codec: 'raw' },
  }));
  const validity = await judged(
    jobWith(() => 'nano2', { trials: once }),
    oneAfterTheOther,
  );
  expect(textsOf(validity, 'doubt').join('\n')).toMatch(/repeats: .* each value of --set five times/);
});
