import { expect, test } from 'vitest';
import { deviceBusy, leaseLost } from './lease-errors.js';

const now = new Date('2026-11-21T12:53:01.000Z');
const holder = { who: 'ann', host: 'pc1', run: 'r1', reason: null, id: 'abc', heldS: 61, leftS: 49 };

test('a busy device: who, where, since, what for, until when, what next', () => {
  const error = deviceBusy('nano1', holder, now);
  expect(error).toMatchObject({ name: 'device-busy', exitCode: 5 });
  expect(error.what).toBe('nano1 is held by ann on pc1 since 2026-11-21 12:52:00 UTC.');
  expect(error.why).toContain('Run r1 uses it. Its lease holds until 2026-11-21 12:53:50 UTC');
  expect(error.next).toContain('collab device unlock nano1 --kick');
});

test('a lock by hand tells its reason, if it has one', () => {
  const locked = { ...holder, run: null };
  expect(deviceBusy('nano1', { ...locked, reason: 'thesis' }, now).why).toBe(
    'It is locked by hand until 2026-11-21 12:53:50 UTC: thesis.',
  );
  expect(deviceBusy('nano1', locked, now).why).toMatch(/UTC\.$/);
});

test('a run that lost its device is told who kicked it, why, and who has it now', () => {
  const kicker = { who: 'bob', host: 'pc2', reason: 'deadline' };
  const error = leaseLost('nano1', { kicker, holder: { ...holder, who: 'bob', host: 'pc2' } });
  expect(error).toMatchObject({ name: 'lease-lost', exitCode: 5 });
  expect(error.what).toContain('bob on pc2 has taken nano1 away');
  expect(error.why).toBe('The reason given: deadline. It is now held by bob on pc2.');
  expect(leaseLost('nano1', { kicker: { ...kicker, reason: null }, holder: null }).why).toBe(
    'No reason was given.',
  );
});

test('a lease that ran out and was taken is told apart from a kick', () => {
  const error = leaseLost('nano1', { kicker: null, holder });
  expect(error.what).toContain('ran out');
  expect(error.why).toContain('ann on pc1');
});
