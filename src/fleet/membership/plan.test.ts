import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../random.js';
import { detection, gossipRounds } from './detection.js';
import { packetSizes, stateBytes } from './packet-sizes.js';
import { planCost, suspicionsPerHour } from './plan.js';
import { profiles } from './profiles.js';
import { defaultSettings } from './settings.js';

const costOf = (members: number, profile: 'lan' | 'fast' | 'wan' = 'lan') =>
  planCost({ members, settings: defaultSettings(profile), metadataBytes: 100 });

describe('packetSizes', () => {
  it('adds up the layout of each message', () => {
    const plain = packetSizes(100, false);
    expect(plain).toEqual({ ping: 99, ack: 20, indirectPing: 125, suspect: 72, alive: 183 });
    expect(packetSizes(100, true).ping).toBe(plain.ping + 29);
  });

  it('has a state that grows with the members', () => {
    const one = stateBytes(11, 100, 0, true) - stateBytes(10, 100, 0, true);
    expect(one).toBe(184);
    expect(stateBytes(100, 100, 0, true)).toBeGreaterThan(100 * one);
    expect(stateBytes(10, 100, 300, true) - stateBytes(10, 100, 0, true)).toBe(414);
  });
});

describe('planCost', () => {
  it('has a UDP load for each member that does not depend on their number', () => {
    expect(costOf(10).probe).toEqual(costOf(1000).probe);
    expect(costOf(10).probe).toEqual({ packetsPerS: 2, payloadBytesPerS: 177, bytesPerS: 233 });
    expect(costOf(10, 'fast').probe.bytesPerS).toBe(466);
  });

  it('states the push/pull apart, which grows with the members', () => {
    const [small, large] = [costOf(10).pushPull, costOf(100).pushPull];
    expect(small.everyS).toBe(30);
    expect(large.everyS).toBe(90); // beyond 32 members memberlist makes it rarer
    expect(large.payloadBytesPerS / small.payloadBytesPerS).toBeCloseTo(
      large.stateBytes / small.stateBytes / 3,
      5,
    );
  });

  it('has a server whose load grows with the members', () => {
    expect(costOf(100).central.server.bytesPerS).toBe(10 * costOf(10).central.server.bytesPerS);
    expect(costOf(100).central.member).toEqual(costOf(10).central.member);
  });

  it('costs nothing in a fleet of one', () => {
    const { probe, pushPull, fleetBytesPerS } = costOf(1);
    expect([probe.bytesPerS, pushPull.bytesPerS, fleetBytesPerS]).toEqual([0, 0, 0]);
  });
});

describe('detection', () => {
  it('agrees with what was measured with 8 members', () => {
    expect(Math.abs(detection(profiles.lan, 8).knownMedianS - 6.1)).toBeLessThan(0.5);
    expect(Math.abs(detection(profiles.fast, 8).knownMedianS - 2.1)).toBeLessThan(0.4);
  });

  it('comes after about one ping interval, whatever the number of members', () => {
    for (const members of [8, 30, 100, 300]) {
      const { suspectS } = detection(profiles.lan, members);
      expect(suspectS).toBeGreaterThan(1.6);
      expect(suspectS).toBeLessThan(2.1);
    }
    expect(detection(profiles.lan, 2).suspectS).toBeCloseTo(1.5, 1);
  });

  it('agrees with a simulation of pingers that go through rounds', () => {
    const members = 6;
    const random = randomFrom(7);
    let sum = 0;
    const repeats = 4000;
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const waits = Array.from({ length: members - 1 }, () => simulatedWait(members - 1, random));
      sum += Math.min(...waits);
    }
    const expected = detection(profiles.lan, members).suspectS - 1;
    expect(Math.abs(sum / repeats - expected)).toBeLessThan(0.03);
  });

  it('has its order, and a bound', () => {
    for (const members of [2, 3, 8, 100]) {
      const { suspectS, failedS, knownS, boundS } = detection(profiles.fast, members);
      expect(failedS).toBeGreaterThan(suspectS);
      expect(knownS).toBeGreaterThanOrEqual(failedS);
      expect(boundS).toBeGreaterThan(knownS);
    }
  });

  it('spreads news in rounds that grow with the logarithm of the members', () => {
    expect(gossipRounds({ gossipNodes: 3 }, 4)).toBe(1);
    expect(gossipRounds({ gossipNodes: 3 }, 8)).toBe(2);
    expect(gossipRounds({ gossipNodes: 3 }, 1000)).toBeLessThan(10);
  });
});

describe('suspicionsPerHour', () => {
  it('falls with more indirect checks, and is none without loss', () => {
    const settings = defaultSettings();
    expect(suspicionsPerHour(settings, 10, 0)).toBe(0);
    const some = suspicionsPerHour({ ...settings, indirectChecks: 1 }, 10, 0.05);
    const more = suspicionsPerHour({ ...settings, indirectChecks: 3 }, 10, 0.05);
    expect(some / more).toBeCloseTo((1 - 0.95 ** 4) ** -2, 5);
  });
});

/** How many intervals one pinger needs from a random moment until it pings a given member. */
function simulatedWait(targets: number, random: () => number): number {
  const done = Math.floor(random() * targets);
  const place = Math.floor(random() * targets);
  const next = Math.floor(random() * targets);
  const pings = place >= done ? place - done : targets - done + next;
  return random() + pings;
}
