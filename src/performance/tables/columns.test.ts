import { expect, test } from 'vitest';
import { uniqueNames } from './columns.js';

test.each([
  ['keys that are free stay', ['a', 'b'], ['x'], { a: 'a', b: 'b' }],
  ['a taken key gets the prefix', ['role', 'b'], ['role'], { role: 'p_role', b: 'b' }],
  [
    'a prefixed name never takes the place of another key',
    ['role', 'p_role'],
    ['role'],
    { role: 'p_p_role', p_role: 'p_role' },
  ],
  ['an empty key gets a name', [''], [], { '': 'p_' }],
])('%s', (_, keys, taken, expected) => {
  expect(Object.fromEntries(uniqueNames(keys, taken, 'p_'))).toEqual(expected);
});

test('keys keep their order', () => {
  expect([...uniqueNames(['role', 'b', 'a'], ['role'], 'p_').values()]).toEqual(['p_role', 'b', 'a']);
});
