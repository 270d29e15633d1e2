import { expect, it } from 'vitest';
import { matches, OwnWrites } from './own-writes.js';

it.each([
  ['a.b', 'a.b', true],
  ['a.b', 'a.c', false],
  ['a.*', 'a.b', true],
  ['a.*', 'a.b.c', false],
  ['a.>', 'a.b.c', true],
  ['a.>', 'a', false],
  ['>', 'a.b', true],
])('%s on %s: %s', (filter, subject, does) => {
  expect(matches(filter, subject)).toBe(does);
});

it('remembers what was written lately', () => {
  let nowMs = 0;
  const own = new OwnWrites(() => nowMs);
  own.add('i.a', 1);
  own.add('i.b', 2);
  own.add('i.a', 3);
  expect(own.least('i.a')).toBe(3);
  expect(own.after('i.>', 2)).toEqual(['i.a']);
  own.purged('i.a');
  expect(own.least('i.a')).toBe(0);
  nowMs = 10_000;
  expect(own.least('i.b')).toBe(0);
});
