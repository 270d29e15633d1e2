import { expect, it } from 'vitest';
import { SteppedClock } from '../../tests/fixtures/stepped-clock.js';
import { FakeBroker } from '../fleet/broker/fake-broker.js';
import { Lease, leaderOf, leaseMs } from './leader.js';

async function twoAgents() {
  const clock = new SteppedClock();
  const broker = new FakeBroker(clock);
  await broker.ensureStream({
    name: 'LEASES',
    subjects: ['lease.>'],
    replicas: 3,
    perSubject: 1,
    maxAgeMs: leaseMs,
  });
  const nowMs = () => clock.now().getTime();
  const pass = async (ms: number) => clock.sleep(ms);
  return { broker, clock, pass, one: new Lease(broker, 'one', nowMs), two: new Lease(broker, 'two', nowMs) };
}

it('is held by one, as long as it renews it', async () => {
  const { broker, clock, pass, one, two } = await twoAgents();
  expect(await leaderOf(broker, clock)).toBeNull();
  for (let second = 0; second < 10; second++) {
    await one.renew();
    await two.renew();
    expect([one.isHeld, two.isHeld]).toEqual([true, false]);
    await pass(1000);
  }
  expect(await leaderOf(broker, clock)).toBe('one');
});

it('goes to another when it is not renewed, and never to two at once', async () => {
  const { broker, clock, pass, one, two } = await twoAgents();
  await one.renew();
  await pass(leaseMs - 1);
  await two.renew();
  expect([one.isHeld, two.isHeld]).toEqual([true, false]);
  await pass(2);
  expect(one.isHeld).toBe(false);
  await two.renew();
  await one.renew();
  expect([one.isHeld, two.isHeld]).toEqual([false, true]);
  expect(await leaderOf(broker, clock)).toBe('two');
});

it('is ours again after a restart', async () => {
  const { broker, one } = await twoAgents();
  await one.renew();
  const again = new Lease(broker, 'one');
  await again.renew();
  expect(again.isHeld).toBe(true);
});
