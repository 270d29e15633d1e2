import { expect, test } from 'vitest';
import { table } from './table.js';

test('columns align with their headings, numbers on the right, without trailing spaces', () => {
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

test('shows only headings without rows', () => {
  expect(table(['NAME', 'ADDRESS'], [])).toBe('NAME  ADDRESS');
});
