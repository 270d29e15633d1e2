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

test('rows that are wider than the terminal become blocks, no line wider than it', () => {
  const rows = [
    ['20261201-031344-hello', 'complete', 3, ''],
    ['20261201-031400-hello', '/a/path/without/a/space/that/is/long', 12, 'two words'],
  ];
  const drawn = table(['RUN', 'STATE', 'TRIALS', ''], rows, 40);
  expect(drawn).toBe(
    [
      '20261201-031344-hello',
      '  STATE   complete',
      '  TRIALS  3',
      '',
      '20261201-031400-hello',
      '  STATE   /a/path/without/a/space/that/i',
      '          s/long',
      '  TRIALS  12',
      '          two words',
    ].join('\n'),
  );
});
