import { expect, test } from 'vitest';
import { onlyClient } from '../../../tests/fixtures/performance-bed.js';
import { completeRole, exitOf, RunFolder, runOf, trial } from '../../../tests/fixtures/run-folder.js';
import type { ExitRecord } from '../../logs/index.js';
import { Performance } from '../opening/index.js';

/** Four repeats of a client on nano2; the second has this in its exit.json. */
async function judged(second: Partial<ExitRecord>) {
  const trials = [1, 2, 3, 4].map((number) => trial(number, { repeat: number - 1 }));
  const definition = { samplingS: 0.1 };
  const experiment = { name: 'x', id: 'sha256:1', definition };
  const folder = await RunFolder.make(runOf({ placement: onlyClient, trials, experiment }));
  for (const { number } of trials) {
    const drained = {
      missed_samples: 0,
      drain_s: 0.1,
      undelivered_bytes: 0,
      unconfirmed_ends: 0,
      closed_unread: 0,
    };
    const exit = JSON.stringify(exitOf(number === 2 ? { ...drained, ...second } : drained));
    await folder.role(number, 'client', completeRole({ exit }), 0);
  }
  return (await Performance.open(folder.path)).validity;
}

test('a run whose bytes all arrived is valid', async () => {
  expect(await judged({})).toEqual({ verdict: 'VALID', findings: [] });
});

test('bytes that did not arrive make a run doubtful, with role, device and number', async () => {
  const { verdict, findings } = await judged({ undelivered_bytes: 271_448 });
  expect(verdict).toBe('DOUBTFUL');
  expect(findings.map(({ check, level }) => [check, level])).toEqual([['delivery', 'doubt']]);
  expect(findings[0]?.text).toMatch(
    /^271448 bytes that roles had sent over TCP did not arrive .*: trial 2, client-0 on nano2 \(271448\)\./,
  );
});

test.each([
  [{ unconfirmed_ends: 1 }, /^The end of 1 connection was not confirmed.*trial 2, client-0 on nano2 \(1\)/],
  [{ closed_unread: 2 }, /^2 connections were closed with received data .*trial 2, client-0 on nano2 \(2\)/],
])('%j is a remark', async (second, text) => {
  const { verdict, findings } = await judged(second);
  expect(verdict).toBe('VALID');
  expect(findings).toEqual([
    { check: 'delivery', level: 'remark', text: expect.stringMatching(text) as string },
  ]);
});
