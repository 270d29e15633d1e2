import { expect, it } from 'vitest';
import { XlsxCells } from './xlsx-cell.js';

it('escapes text that looks like the code of a character, also where two share an underscore', () => {
  const cells = new XlsxCells();
  expect(cells.cell('_x0041_x0042_', 'results.text')?.value).toBe('_x005F_x0041_x005F_x0042_');
  expect(cells.cell('a\u0007b', 'results.text')?.value).toBe('a_x0007_b');
  expect(cells.notes).toHaveLength(1);
});

it('cuts a long text between characters, not within one', () => {
  for (const before of ['', 'x']) {
    const cells = new XlsxCells();
    const value = String(cells.cell(before + '🙂'.repeat(20_000), 'results.text')?.value);
    expect(value.length).toBeLessThanOrEqual(32_767);
    expect(value).toMatch(/🙂 \[continued on the sheet Long text: \d+ characters\]$/u);
    expect(cells.notes).toEqual([
      'report.xlsx: 1 cell of more than 32767 characters (results.text 1): the sheet Long text has the whole text in parts.',
    ]);
  }
});
