import { expect, test } from 'vitest';
import { table } from './table.js';

test('columns stand under their headings, numbers on the right, nothing hangs over', () => {
  expect(
    table(
      ['NAME', 'CORES', 'MAC'],
      [
        ['nano1', 4, ''],
        ['a-long-name', 128, '00:00:5e:00:53:01'],
      ],
    ),
  ).toBe(
    [
      'NAME         CORES  MAC', //
      'nano1            4',
      'a-long-name    128  00:00:5e:00:53:01',
    ].join('\n'),
  );
});

test('without rows there are the headings', () => {
  expect(table(['NAME', 'ADDRESS'], [])).toBe('NAME  ADDRESS');
});
