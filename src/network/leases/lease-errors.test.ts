import { expect, test } from 'vitest';
import { deviceBusy, leaseLost } from './lease-errors.js';

const now = new Date('2026-11-21T12:53:01.000Z');
const holder = { who: 'ann', host: 'pc1', run: 'r1', reason: null, id: 'abc', heldS: 61, leftS: 49 };

test('a busy device: who, where, since, what for, until when, what next', () => {
  const error = deviceBusy('nano1', holder, now);
  expect(error).toMatchObject({ name: 'device-busy', exitCode: 5 });
  expect(error.what).toBe('nano1 has been held by ann on pc1 since 2026-11-21 12:52:00 UTC.');
  expect(error.why).toContain('Run r1 uses it. Its lease is valid until 2026-11-21 12:53:50 UTC');
  expect(error.next).toContain('collab device unlock nano1 --kick');
});

test('a manual lock has its reason, if any', () => {
  const locked = { ...holder, run: null };
  expect(deviceBusy('nano1', { ...locked, reason: 'thesis' }, now).why).toBe(
    'It is locked manually until 2026-11-21 12:53:50 UTC: thesis.',
  );
  expect(deviceBusy('nano1', locked, now).why).toMatch(/UTC\.$/);
});

test('a run that lost its device learns who kicked it, why, and who holds the device now', () => {
  const kicker = { who: 'bob', host: 'pc2', reason: 'deadline' };
  const error = leaseLost('nano1', { kicker, holder: { ...holder, who: 'bob', host: 'pc2' } });
  expect(error).toMatchObject({ name: 'lease-lost', exitCode: 5 });
  expect(error.what).toContain('bob on pc2 took nano1 away');
  expect(error.why).toBe('Reason: deadline. It is now held by bob on pc2.');
  expect(leaseLost('nano1', { kicker: { ...kicker, reason: null }, holder: null }).why).toBe(
    'No reason was given.',
  );
});

test('an expired lease that another user took differs from a kick', () => {
  const error = leaseLost('nano1', { kicker: null, holder });
  expect(error.what).toContain('expired');
  expect(error.why).toContain('ann on pc1');
});

test('says which service of a fleet holds a device, and that it does not end by itself', () => {
  const fleet = { ...holder, who: 'fleet lab', host: 'nano1', run: 'job-1' };
  expect(deviceBusy('nano1', fleet, now).why).toBe('Tasks of jobs run there, such as one of the job job-1.');
  const error = deviceBusy('nano1', { ...fleet, reason: 'service web' }, now);
  expect(error).toMatchObject({ name: 'device-busy', exitCode: 5 });
  expect(error.why).toContain('A replica of the service web runs there, until the service is cancelled');
  expect(error.next).toContain('collab job cancel job-1');
});
