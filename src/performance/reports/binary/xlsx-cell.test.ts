import { expect, it } from 'vitest';
import { XlsxCells } from './xlsx-cell.js';

it('escapes text that looks like the code of a character, also where two share an underscore', () => {
  const cells = new XlsxCells();
  expect(cells.cell('_x0041_x0042_')?.value).toBe('_x005F_x0041_x005F_x0042_');
  expect(cells.cell('a\u0007b')?.value).toBe('a_x0007_b');
  expect(cells.notes).toHaveLength(1);
});

it('cuts a long text between characters, not within one', () => {
  for (const before of ['', 'x']) {
    const cells = new XlsxCells();
    const value = String(cells.cell(before + '🙂'.repeat(20_000))?.value);
    expect(value.length).toBeLessThanOrEqual(32_767);
    expect(value).toMatch(/🙂 \[truncated: \d+ characters, in full in the csv and json reports\]$/u);
    expect(cells.notes).toEqual([
      'report.xlsx: 1 cell truncated to 32767 characters; the csv and json reports have the full text.',
    ]);
  }
});
