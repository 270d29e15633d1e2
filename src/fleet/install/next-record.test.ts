import { describe, expect, test } from 'vitest';
import { fleetOf, memberOf } from '../../../tests/fixtures/fleet.js';
import { defaultFleetSettings } from '../membership/index.js';
import { type FleetWish, nextRecord, withoutMembers } from './next-record.js';

const wish: FleetWish = {
  name: 'lab',
  kind: 'lan',
  lan: 'lab',
  version: '0.2.0',
  keepers: [],
  settings: undefined,
  publicRead: undefined,
  tasks: undefined,
};
const names = ({ members }: { members: readonly { name: string }[] }) => members.map(({ name }) => name);
const before = fleetOf([memberOf(1), memberOf(2)], { tasks: false });

describe('up', () => {
  test('a new fleet has the defaults, and its members in the order of their names', () => {
    const record = nextRecord(null, [memberOf(10), memberOf(2)], wish);
    expect(names(record)).toEqual(['nano2', 'nano10']);
    expect(record).toMatchObject({ tasks: true, settings: { profile: 'lan', public_read: false } });
  });

  test('without a wish, everything stays as it is; picked members are added or replaced', () => {
    const record = nextRecord(before, [memberOf(2, { address: '10.0.0.99' }), memberOf(3)], wish);
    expect(names(record)).toEqual(['nano1', 'nano2', 'nano3']);
    expect(record.members[1]?.address).toBe('10.0.0.99');
    expect(record).toMatchObject({ tasks: false, version: '0.2.0', keepers: before.keepers });
  });

  test('of a fleet on this machine, members that are not asked for go', () => {
    const local = fleetOf([memberOf(1), memberOf(2)], { kind: 'local', lan: null });
    const record = nextRecord(local, [memberOf(1)], { ...wish, kind: 'local', lan: null });
    expect(names(record)).toEqual(['nano1']);
  });

  test('settings are replaced as a whole; --public-read counts more than the file', () => {
    const settings = { ...defaultFleetSettings('fast'), publicRead: true };
    expect(nextRecord(before, [], { ...wish, settings }).settings).toMatchObject({
      profile: 'fast',
      public_read: true,
    });
    const closed = nextRecord(before, [], { ...wish, settings, publicRead: false });
    expect(closed.settings.public_read).toBe(false);
  });

  test.each([
    [
      'a fleet of the other kind',
      before,
      [memberOf(1)],
      { ...wish, kind: 'local' as const },
      'on the devices of a LAN',
    ],
    ['no member at all', null, [], wish, 'no members'],
    ['tags that do not fit', null, [memberOf(1, { tags: ['x'.repeat(500)] })], wish, 'too long tags'],
  ])('%s is refused', (_, earlier, members, asked, said) => {
    expect(() => nextRecord(earlier, members, asked)).toThrow(said);
  });
});

test('without some members, the keepers stay if they are others', () => {
  const rest = withoutMembers(before, [memberOf(2)]);
  expect(names(rest)).toEqual(['nano1']);
  expect(rest.keepers).toBe(before.keepers);
});
