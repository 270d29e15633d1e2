import { expect, test } from 'vitest';
import { judged } from '../../../tests/fixtures/judged-run.js';
import { exitOf, loadOf } from '../../../tests/fixtures/run-folder.js';
import type { ExitRecord } from '../../logs/index.js';

/** Five repeats of a client on nano2; the second has this in its exit.json. */
function judgedWith(second: Partial<ExitRecord>) {
  const drained = { drain_s: 0.1, undelivered_bytes: 0, unconfirmed_ends: 0, closed_unread: 0 };
  const usual = { missed_samples: 0, device_load: loadOf(), ...drained };
  return judged({}, (number) => ({
    exit: JSON.stringify(exitOf(number === 2 ? { ...usual, ...second } : usual)),
  }));
}

test('a run whose bytes all arrived is valid', async () => {
  expect(await judgedWith({})).toEqual({ verdict: 'VALID', findings: [] });
});

test('bytes that did not arrive make a run doubtful, with role, device and number', async () => {
  const { verdict, findings } = await judgedWith({ undelivered_bytes: 271_448 });
  expect(verdict).toBe('DOUBTFUL');
  expect(findings.map(({ check, level }) => [check, level])).toEqual([['delivery', 'doubt']]);
  expect(findings[0]?.text).toMatch(
    /^271448 bytes that roles had sent over TCP did not arrive .*: trial 2, client-0 on nano2 \(271448\)\./,
  );
});

test.each([
  [{ undelivered_bytes: 80, reason: 'stopped' as const }, /^80 bytes .*when the roles were stopped: trial 2/],
  [{ unconfirmed_ends: 1 }, /^The end of 1 connection was not confirmed.*trial 2, client-0 on nano2 \(1\)/],
  [
    { unreachable_answers: 3 },
    /^Roles were told 3 times .*unreachable\): trial 2, client-0 on nano2 \(3\)\./,
  ],
  [
    { unclaimed_datagrams: 1 },
    /^1 datagram arrived .* for it, and was lost: trial 2, client-0 on nano2 \(1\)\./,
  ],
  [{ closed_unread: 2 }, /^2 connections were closed with received data .*trial 2, client-0 on nano2 \(2\)/],
])('%j is a remark', async (second, text) => {
  const { verdict, findings } = await judgedWith(second);
  expect(verdict).toBe('VALID');
  expect(findings).toEqual([
    { check: 'delivery', level: 'remark', text: expect.stringMatching(text) as string },
  ]);
});
