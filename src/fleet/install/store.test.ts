import { expect, test } from 'vitest';
import { fleetOf, memberOf } from '../../../tests/fixtures/fleet.js';
import { planStore, storeRecordOf } from './store.js';

const members = [1, 2, 3, 4, 5].map((number) => memberOf(number));
const keepers = (count: number) => ({
  keepers: { generation: 1, round: 1, ids: members.slice(0, count).map(({ id }) => id), from: null },
});
const fresh = fleetOf(members, keepers(3));
const used = { ...fresh, store_made: true };

test('a new fleet gets a store, with a replica on each of at most three keepers', () => {
  expect(planStore(fresh, null, false)).toBe('make');
  const replicas = [1, 3, 5].map((count) => storeRecordOf(fleetOf(members, keepers(count))).replicas);
  expect(replicas).toEqual([1, 3, 3]);
});

test('a store that is as the settings want it stays, another is changed', () => {
  expect(planStore(used, storeRecordOf(used), false)).toBe('keep');
  expect(planStore(used, { ...storeRecordOf(used), keep: 9 }, false)).toBe('change');
  expect(planStore(used, { ...storeRecordOf(used), replace_after_s: 60 }, false)).toBe('change');
  expect(planStore(used, storeRecordOf(used), true)).toBe('keep');
});

test('a store that is gone is not made anew unless the user says so', () => {
  expect(() => planStore(used, null, false)).toThrow(expect.objectContaining({ name: 'store-missing' }));
  expect(planStore(used, null, true)).toBe('make');
});

test('a store that is being filled is left to what fills it', () => {
  expect(planStore(used, storeRecordOf(used, 'filling'), false)).toBe('keep');
});
