import { describe, expect, test } from 'vitest';
import { deviceOf, factsOf } from '../../../tests/fixtures/connected-device.js';
import { roleOf } from '../../../tests/fixtures/experiment-definition.js';
import { parsePins } from './pins.js';
import { notPlaceable, place } from './placement.js';

const server = roleOf('server');
const client = roleOf('client', { count: 3 });
const roles = [server, client];
const devices = [
  deviceOf('nano1'),
  deviceOf('nano2', { tags: ['gpu'] }),
  deviceOf('nano3', {
    facts: factsOf({ engine: { available: false, cause: 'not-installed', reason: 'docker: not found' } }),
  }),
].map(({ name, tags, facts }) => ({ name, tags, facts, unavailable: null }));

const placed = (...texts: string[]) =>
  place(roles, devices, { runtime: 'docker', pins: parsePins(roles, texts) });
const where = (...texts: string[]) => {
  const result = placed(...texts);
  if (!result.placed) throw notPlaceable(result);
  return result.placement.map(
    ({ role, rank, device, pinned }) => `${role}-${rank} ${device}${pinned ? ' pinned' : ''}`,
  );
};

describe('a pin', () => {
  test('of a role applies to all its instances, and is recorded', () => {
    expect(where('client=nano2')).toEqual([
      'server-0 nano1',
      'client-0 nano2 pinned',
      'client-1 nano2 pinned',
      'client-2 nano2 pinned',
    ]);
  });

  test('of one instance takes precedence over that of its role', () => {
    expect(where('client=nano2', 'client/1=nano1', 'server=nano2')).toEqual([
      'server-0 nano2 pinned',
      'client-0 nano2 pinned',
      'client-1 nano1 pinned',
      'client-2 nano2 pinned',
    ]);
  });

  test('makes the others move', () => {
    expect(where('client/0=nano1').slice(0, 2)).toEqual(['server-0 nano2', 'client-0 nano1 pinned']);
  });

  test.each([
    [
      'server=nano3',
      'The pin server=nano3 cannot be kept.',
      'nano3: has no usable Docker Engine: docker: not found',
    ],
    [
      'client/2=nano9',
      'The pin client/2=nano9 cannot be kept.',
      'nano9: is not among the devices of this run',
    ],
  ])('%s that cannot be honored is reported with its reason', (text, what, why) => {
    const result = placed(text);
    if (result.placed) throw new Error('it was placed');
    expect(notPlaceable(result)).toMatchObject({ name: 'not-placeable', what, why, exitCode: 2 });
  });

  test.each([
    ['server', /role=device/],
    ['server=', /role=device/],
    ['server/x=nano1', /role=device/],
    ['sever=nano1', /has no role sever\. Roles: server, client \(3\)/],
    ['client/3=nano1', /ranks 0 to 2/],
    ['server/1=nano1', /rank 0 only/],
  ])('rejects the malformed pin %s', (text, why) => {
    expect(() => parsePins(roles, [text])).toThrow(
      expect.objectContaining({ name: 'bad-pin', exitCode: 2, why: expect.stringMatching(why) as string }),
    );
  });

  test('given twice for one instance is rejected, unless both are equal', () => {
    expect(parsePins(roles, ['server=nano1', 'server=nano1'])).toHaveLength(1);
    expect(() => parsePins(roles, ['server=nano1', 'server=nano2'])).toThrow(
      expect.objectContaining({ why: expect.stringContaining('pinned to nano1 already') as string }),
    );
  });
});
