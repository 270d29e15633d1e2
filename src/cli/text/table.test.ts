import { expect, test } from 'vitest';
import { asTerminal } from '../../../tests/fixtures/as-terminal.js';
import { groupedTable, table } from './table.js';

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

const notes = [
  ['nano1', 'start', 'it is new, and nothing of it is known yet to the members of this fleet'],
  ['nano2', 'keep', 'as it is'],
];

test('cells are wrapped in their column where the table is too wide', () => {
  expect(table(['MEMBER', 'ACT', 'WHY'], notes, 60)).toBe(
    [
      'MEMBER  ACT    WHY',
      'nano1   start  it is new, and nothing of it is known yet to',
      '               the members of this fleet',
      'nano2   keep   as it is',
    ].join('\n'),
  );
});

test('words stay whole; a column is spared before one is broken, and a line says so', () => {
  const rows = [['nano1', 'collab/split-inference:arm64-0123456789ab', '1.2 GB', '0 B', 'x'.repeat(12)]];
  const headings = ['DEVICE', 'IMAGE', 'SIZE', 'SHARED', 'ID'];
  expect(table(headings, rows, 72, ['SIZE', 'SHARED'])).toBe(
    [
      'DEVICE  IMAGE                                      SHARED  ID',
      `nano1   collab/split-inference:arm64-0123456789ab  0 B     ${'x'.repeat(12)}`,
      'Left out for want of room: SIZE. --json has all.',
    ].join('\n'),
  );
  expect(table(headings, rows, 60)).toContain('collab/split-inference:arm64-0');
});

test('columns that repeat become titles, where the table is too wide', () => {
  const headings = ['DEVICE', 'IMAGE', 'SIZE'];
  const long = 'i'.repeat(60);
  const rows = [
    ['nano1', long, 1],
    ['nano1', 'short', 2],
    ['nano2-with-a-long-name', 'short', 3],
  ];
  expect(asTerminal(80, () => groupedTable(headings, rows))).toBe(
    [
      'nano1:',
      `IMAGE${' '.repeat(55)}  SIZE`,
      `${long}     1`,
      `short${' '.repeat(55)}     2`,
      '',
      'nano2-with-a-long-name:',
      'IMAGE  SIZE',
      'short     3',
    ].join('\n'),
  );
  expect(groupedTable(headings, rows)).toBe(table(headings, rows));
});
