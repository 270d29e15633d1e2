import { describe, expect, test } from 'vitest';
import { memberOf } from '../../../tests/fixtures/fleet.js';
import { chooseKeepers } from './keepers.js';

const three = [memberOf(1), memberOf(2), memberOf(3)];
const ids = (...numbers: number[]) => numbers.map((number) => memberOf(number).id);
const names = (count: number) => Array.from({ length: count }, (_, at) => `nano${at + 1}`);

describe('without a wish', () => {
  test('three members with the most memory, or one where there are fewer', () => {
    const large = [...three, memberOf(4, { memory_bytes: 16e9 })];
    expect(chooseKeepers(large, [], null, false)).toEqual({
      generation: 1,
      round: 1,
      ids: ids(4, 1, 2),
      from: null,
    });
    expect(chooseKeepers(three.slice(0, 2), [], null, false)).toEqual({
      generation: 1,
      round: 1,
      ids: ids(1),
      from: null,
    });
  });

  test('those of before stay while they are members, also when others would have more memory', () => {
    const before = { generation: 4, round: 1, ids: ids(2), from: null };
    expect(chooseKeepers(three, [], before, false)).toBe(before);
    expect(chooseKeepers([memberOf(1), memberOf(3)], [], before, false)).toEqual({
      generation: 5,
      round: 1,
      ids: ids(1),
      from: null,
    });
  });

  test('a board of 32-bit ARM is none, because its image has no nats-server', () => {
    const members = [memberOf(1, { architecture: 'arm', memory_bytes: 9e9 }), memberOf(2)];
    expect(chooseKeepers(members, [], null, false).ids).toEqual(ids(2));
  });
});

describe('with names', () => {
  test('other keepers are another generation, the same in another order are not', () => {
    const before = { generation: 1, round: 1, ids: ids(1, 2, 3), from: null };
    expect(chooseKeepers(three, ['nano3', 'nano1', 'nano2'], before, false)).toBe(before);
    expect(chooseKeepers(three, ['nano2'], before, false)).toEqual({
      generation: 2,
      round: 1,
      ids: ids(2),
      from: null,
    });
  });

  test.each([2, 4])('%i are refused, as an even number outlives no more', (count) => {
    const members = [1, 2, 3, 4, 5].map((number) => memberOf(number));
    expect(() => chooseKeepers(members, names(count), null, false)).toThrow(`cannot have ${count} keepers`);
  });

  test('five are possible', () => {
    const members = [1, 2, 3, 4, 5].map((number) => memberOf(number));
    expect(chooseKeepers(members, names(5), null, false).ids).toHaveLength(5);
  });

  test('one that is no member, or cannot be a keeper, is named', () => {
    expect(() => chooseKeepers(three, ['nano9'], null, false)).toThrow('nano9 is not in the fleet');
    const arm = [memberOf(1, { architecture: 'arm' })];
    expect(() => chooseKeepers(arm, ['nano1'], null, false)).toThrow('nano1 cannot be a keeper');
  });
});
