import { expect, test } from 'vitest';
import { factsOf } from '../../../tests/fixtures/connected-device.js';
import { definitionOf, roleOf } from '../../../tests/fixtures/experiment-definition.js';
import type { RoleDefinition } from '../definition/index.js';
import { planInstances } from './peers.js';
import { parsePins } from './pins.js';
import { notPlaceable, place } from './placement.js';

const gb = 1e9;
/** Devices by name with their memory in GB. */
function shelf(memory: Record<string, number>) {
  return Object.entries(memory).map(([name, size]) => ({
    name,
    tags: [],
    unavailable: null,
    facts: factsOf({ hostname: name, memoryBytes: size * gb }),
  }));
}
const any = roleOf('any').device;
const workers = (count: number, most: number | null, change: Partial<RoleDefinition> = {}) =>
  roleOf('worker', { count, most, ...change });

function tried(roles: RoleDefinition[], devices: Record<string, number>, pins: string[] = []) {
  return place(roles, shelf(devices), { runtime: 'process', pins: parsePins(roles, pins) });
}
function placed(roles: RoleDefinition[], devices: Record<string, number>, pins: string[] = []): string {
  const result = tried(roles, devices, pins);
  if (!result.placed) throw notPlaceable(result);
  return result.placement.map(({ role, rank, device }) => `${role}-${rank}=${device}`).join(' ');
}

test('1..n has as many instances as there are devices on which nothing else is placed', () => {
  const server = roleOf('server', { device: { ...any, memoryBytes: 4 * gb } });
  const devices = { a: 1, big: 8, b: 1, c: 1 };
  expect(placed([workers(1, 256), server], devices)).toBe('worker-0=a worker-1=b worker-2=c server-0=big');
  expect(placed([workers(1, 2), server], devices)).toBe('worker-0=a worker-1=b server-0=big');
  expect(placed([workers(1, 256), server], { big: 8 })).toBe('worker-0=big server-0=big');
});

test('two roles that take what there is take turns', () => {
  const other = roleOf('other', { count: 1, most: 256 });
  const devices = { a: 1, b: 1, c: 1, d: 1, e: 1 };
  const where = placed([workers(1, 256), other], devices);
  expect(where).toBe('worker-0=a worker-1=c worker-2=e other-0=b other-1=d');
});

test('the least number is placed even if devices must be shared; a pin names a further instance', () => {
  expect(placed([workers(3, 256)], { a: 1, b: 1 })).toBe('worker-0=a worker-1=b worker-2=a');
  expect(placed([workers(1, 256)], { a: 1, b: 1, c: 1 }, ['worker/1=a'])).toBe(
    'worker-0=b worker-1=a worker-2=c',
  );
  expect(placed([workers(1, 256)], { a: 1, b: 1 }, ['worker=b'])).toBe('worker-0=b');
  expect(() => parsePins([workers(1, 2)], ['worker/2=a'])).toThrow(/cannot be used/);
});

test('the instances know how many they are', () => {
  const roles = [workers(1, 256)];
  const result = tried(roles, { a: 1, b: 1, c: 1 });
  const placement = result.placed ? result.placement : [];
  const { instances } = planInstances(placement, definitionOf(...roles), (name) => name, {
    runtime: 'process',
  });
  expect(instances.map(({ role, rank }) => [rank, role.count])).toEqual([
    [0, 3],
    [1, 3],
    [2, 3],
  ]);
});

test('a role with share: false has its device to itself, and leaves the others a device that they fit', () => {
  const alone = roleOf('alone', { share: false });
  const big = roleOf('big', { count: 2, device: { ...any, memoryBytes: 4 * gb } });
  expect(placed([alone, big], { a: 8, b: 1 })).toBe('alone-0=b big-0=a big-1=a');
  expect(placed([alone, workers(3, null)], { a: 1, b: 1 })).toBe(
    'alone-0=a worker-0=b worker-1=b worker-2=b',
  );
  // The only assignment: alone-0 on b, although a comes first and b looks free for a worker.
  const flexible = roleOf('flexible');
  expect(placed([alone, flexible, big], { a: 8, b: 1 })).toBe('alone-0=b flexible-0=a big-0=a big-1=a');
});

test('too few devices for share: false are an error that says which would fit', () => {
  const alone = roleOf('alone', { share: false, count: 2 });
  const result = tried([alone, roleOf('other')], { a: 1, b: 1 });
  if (result.placed) throw new Error('placed');
  expect(notPlaceable(result)).toMatchObject({
    name: 'not-placeable',
    exitCode: 2,
    what: 'No way was found to give alone a device that plays nothing else (share: false).',
    why: 'alone:\n  a: fits, if nothing else must play on it\n  b: fits, if nothing else must play on it',
  });
});

test('many devices and roles are placed at once', () => {
  const devices = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`d${index}`, 1]));
  const alone = roleOf('alone', { share: false, count: 30 });
  expect(placed([alone, workers(1, 256)], devices).split(' ')).toHaveLength(60);
  const result = tried(
    [alone, roleOf('other', { count: 40 })],
    Object.fromEntries(Object.entries(devices).slice(0, 30)),
  );
  expect(result.placed).toBe(false);
  const more = roleOf('alone', { share: false, count: 61 });
  expect(tried([more], devices).placed).toBe(false);
});
