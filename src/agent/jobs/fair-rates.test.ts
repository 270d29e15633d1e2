import { expect, it } from 'vitest';
import { SimulatedFleet } from '../../../tests/fixtures/simulated-fleet.js';
import { randomFrom } from '../../random.js';

/** Devices of different speed, jobs of two or three models, and devices that join and leave meanwhile. */
function caseOf(seed: number) {
  const random = randomFrom(seed);
  const below = (count: number) => Math.floor(random() * count);
  const size = 1 + below(32);
  const isEqual = random() < 0.4;
  const isWeighted = random() < 0.5;
  const jobs = Array.from({ length: random() < 0.2 ? 3 : 2 }, (_, at) => ({
    model: `model-${at}`,
    size: isEqual ? size : 1 + below(32),
    weight: isWeighted ? 1 + below(4) : 1,
    secondsPerImage: 20 ** random(),
  }));
  const speeds = Array.from({ length: 1 + below(8) }, () => 4 ** random());
  const isLate = random() < 0.5;
  const leaveAt = random() < 0.3 ? below(200) : null;
  const joinAt = random() < 0.3 ? below(200) : null;
  return { random, below, jobs, speeds, isLate, leaveAt, joinAt };
}

/** @param until so many batches of each job are done since all of them were there */
function runCase(seed: number, until: number) {
  const { random, below, jobs, speeds, isLate, leaveAt, joinAt } = caseOf(seed);
  const fleet = new SimulatedFleet(random);
  for (const speed of speeds) fleet.join(speed);
  const ids = jobs.map((job, at) => {
    if (isLate && at > 0) for (let left = below(60); left > 0; left -= 1) fleet.step();
    return fleet.submit(job);
  });
  const before = ids.map((id) => ({ ...fleet.doneOf(id) }));
  const heaviest = Math.max(...jobs.map(({ size, weight }) => size / weight));
  let [devices, fewest, gap, isHeldSince] = [speeds.length, 0, 0, 0];
  for (let step = 0; fewest < until; step += 1) {
    if (step === leaveAt && fleet.devices.length > 1) fleet.leave(below(fleet.devices.length));
    if (step === joinAt) fleet.join(4 ** random());
    fleet.step();
    devices = Math.max(devices, fleet.devices.length);
    const done = ids.map((id, at) => ({
      batches: fleet.doneOf(id).batches - (before[at]?.batches ?? 0),
      byWeight: (fleet.doneOf(id).images - (before[at]?.images ?? 0)) / (jobs[at]?.weight ?? 1),
    }));
    fewest = Math.min(...done.map(({ batches }) => batches));
    if (fewest < 20) continue;
    const least = Math.min(...done.map(({ byWeight }) => byWeight));
    const most = Math.max(...done.map(({ byWeight }) => byWeight));
    gap = Math.max(gap, (most - least) / heaviest);
    if (most / least > 1.1) isHeldSince = fewest + 1;
  }
  return { seed, devices, gap, isHeldSince };
}

/**
 * So far are jobs apart at most, in batches of the job whose batches are the largest by its weight: each device may have one under
 * way and one ahead.
 */
const mostOf = (devices: number) => 2 * devices + 2;
/** In all but one case of a hundred. */
const usualOf = (devices: number) => devices + 3;

it('keeps the images of jobs by weight as close as the batches under way allow, in 1,000 cases', () => {
  const all = Array.from({ length: 1000 }, (_, at) => runCase(at + 1, 30));
  const fromBegin = all.filter(({ isHeldSince }) => isHeldSince === 0);
  // Nothing of a batch is done before its end, so 10 % cannot hold from 20 batches on where more than two are under way.
  const told = Array.from({ length: 9 }, (_, at) => {
    const own = all.filter(({ devices }) => devices === at + 1);
    const held = own.filter(({ isHeldSince }) => isHeldSince === 0).length;
    const most = Math.max(...own.map(({ gap }) => gap));
    return `${at + 1} devices: ${held} of ${own.length} cases within 10 % from 20 batches on; at most ${most.toFixed(1)} batches apart`;
  });
  console.log(told.join('\n'));
  for (const { seed, devices, gap } of all)
    expect(gap, `seed ${seed}, ${devices} devices`).toBeLessThanOrEqual(mostOf(devices));
  expect(all.filter(({ gap, devices }) => gap > usualOf(devices)).length).toBeLessThanOrEqual(10);
  expect(fromBegin.length).toBeGreaterThan(300);
}, 120_000);

it('keeps the rates of jobs within 10 % once each has done ten times that many batches', () => {
  for (let seed = 2001; seed <= 2050; seed += 1) {
    const { devices, isHeldSince } = runCase(seed, 130);
    expect(isHeldSince, `seed ${seed}`).toBeLessThanOrEqual(10 * usualOf(devices));
  }
}, 120_000);

/** Images of each job by its weight after so many batches. */
function imagesAfter(fleet: SimulatedFleet, ids: readonly string[], batches: number): number[] {
  for (let left = batches; left > 0; left -= 1) fleet.step();
  return ids.map((id) => fleet.doneOf(id).images);
}

it('gives users equal rates, and divides that of a user among the own jobs', () => {
  const fleet = new SimulatedFleet(randomFrom(1));
  for (const speed of [1, 2, 4]) fleet.join(speed);
  const job = { size: 2, secondsPerImage: 1 };
  const ids = [
    fleet.submit({ ...job, model: 'a' }),
    fleet.submit({ ...job, model: 'b', weight: 2 }),
    fleet.submit({ ...job, model: 'c', owner: 'bob', secondsPerImage: 10 }),
  ];
  const [a = 0, b = 0, c = 0] = imagesAfter(fleet, ids, 1200);
  expect(b / a).toBeCloseTo(2, 1);
  expect(c / (a + b)).toBeCloseTo(1, 1);
});

it('does not let a job catch up that comes later, or wait', () => {
  const fleet = new SimulatedFleet(randomFrom(2));
  for (const speed of [1, 1]) fleet.join(speed);
  const first = fleet.submit({ model: 'a', size: 4, secondsPerImage: 1 });
  const [alone = 0] = imagesAfter(fleet, [first], 400);
  const second = fleet.submit({ model: 'b', size: 4, secondsPerImage: 1 });
  const [old = 0, late = 0] = imagesAfter(fleet, [first, second], 40);
  expect(late).toBeGreaterThan(40);
  expect(old - alone).toBeGreaterThan(40);
});

it('makes a job pay for batches that fail, so that it does not keep others waiting', () => {
  const fleet = new SimulatedFleet(randomFrom(3));
  fleet.join(1);
  const bad = fleet.submit({ model: 'bad', size: 4, secondsPerImage: 1, isFailing: true });
  const good = fleet.submit({ model: 'good', size: 4, secondsPerImage: 1 });
  const [none = 0, images = 0] = imagesAfter(fleet, [bad, good], 100);
  expect(none).toBe(0);
  expect(images).toBeGreaterThan(150);
});
