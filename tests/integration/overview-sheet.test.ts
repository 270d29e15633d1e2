import { execFileSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Performance, writeReport } from '../../src/performance/index.js';
import { framesRun } from '../fixtures/frames-run.js';
import { RunFolder, runOf } from '../fixtures/run-folder.js';
import { hostileName, unevenRun } from '../fixtures/uneven-run.js';

const reader = fileURLToPath(new URL('../fixtures/read_overview.py', import.meta.url));

interface Overview {
  sheets: string[];
  lines: (string | null)[];
  rows: Record<string, string | number | null>[];
  formats: Record<string, string>;
  frozen: string;
  top: number;
  print_area: string;
  landscape: string;
  fit: unknown[];
  bars: unknown[];
  widths: number[];
}

/** The first sheet as openpyxl reads it. */
async function overviewOf(...runs: RunFolder[]): Promise<Overview> {
  const performance = await Performance.open(runs.map(({ path }) => path));
  const { files } = await writeReport(performance, 'xlsx', await mkdtemp(join(tmpdir(), 'collab-overview-')));
  return JSON.parse(
    execFileSync('/usr/bin/python3', [reader, files[0] ?? ''], { encoding: 'utf8' }),
  ) as Overview;
}

it('is the first sheet: a row per combination, with all digits in cells that show few', async () => {
  const { sheets, lines, rows, formats, widths } = await overviewOf(await unevenRun());
  expect(sheets).toEqual(['Overview', 'About']);
  expect(lines[0]).toBe('split-inference: results');
  expect(lines[1]).toMatch(/^split-inference, run 20261121-125301-a1b2\. DOUBTFUL: /);
  expect(lines.at(-2)).toContain('mean of the medians of the repeats, ± half the 95 % interval');
  expect(rows.map((row) => [row.role, row.codec, row.repeats, row['total_ms mean']])).toEqual([
    ['client', hostileName, 3, 20],
    ['client', '=raw', 3, 50],
    ['client', '*once', 1, 70],
  ]);
  expect(rows[0]?.['rate_percent mean']).toBeCloseTo(2e-9, 20);
  expect(rows[0]?.['total_ms 95 % low']).toBeLessThan(0);
  expect(rows.map(({ notes }) => notes)).toEqual([
    expect.stringContaining('1 of 6 values are in no figure'),
    expect.stringContaining('over 2 of 3 repeats'),
    expect.stringContaining('single repeat'),
  ]);
  expect([formats['total_ms mean'], formats['rate_percent mean'], formats.repeats]).toEqual([
    '#,##0',
    '0.000E+00',
    'General',
  ]);
  // The longest cell of the parameter fits; no column is a strip or fills the screen.
  expect(widths[1]).toBeGreaterThanOrEqual(hostileName.length);
  for (const width of widths) expect(width).toBeGreaterThanOrEqual(8);
  for (const width of widths) expect(width).toBeLessThanOrEqual(51);
});

it('can be printed: landscape, one page wide, its header on every page and on the screen', async () => {
  const { frozen, top, print_area: area, landscape, fit, rows, bars } = await overviewOf(await framesRun());
  expect(frozen).toBe(`A${top + 1}`);
  expect(area).toMatch(new RegExp(`\\$A\\$1:\\$[A-Z]+\\$${top + rows.length}$`));
  expect([landscape, ...fit]).toEqual(['landscape', true, 1, 0]);
  expect(bars).toEqual([
    [
      expect.stringMatching(new RegExp(`^[A-Z]+${top + 1}:[A-Z]+${top + rows.length}$`)),
      'dataBar',
      [
        ['num', 0],
        ['max', null],
      ],
    ],
  ]);
});

it('names the run of each row if there are several', async () => {
  const { lines, rows } = await overviewOf(await framesRun(), await unevenRun());
  expect(lines.filter((line) => line?.includes(', run '))).toHaveLength(2);
  expect(rows.every((row) => row.run_id === '20261121-125301-a1b2')).toBe(true);
  expect(new Set(rows.map(({ experiment }) => experiment))).toEqual(new Set(['plain', 'split-inference']));
});

it('says so for a run without results', async () => {
  const { lines, rows } = await overviewOf(await RunFolder.make(runOf({ trials: [] })));
  expect(lines).toContain('No role recorded a number that is a quantity.');
  expect(rows).toEqual([]);
});
