import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { framesRun } from '../../../tests/fixtures/frames-run.js';
import { RunFolder, runOf } from '../../../tests/fixtures/run-folder.js';
import { hostileName, unevenRun } from '../../../tests/fixtures/uneven-run.js';
import { Performance } from '../opening/index.js';
import { writeReport } from './write-report.js';

async function written(performance: Performance): Promise<Record<string, string>> {
  const dir = await mkdtemp(join(tmpdir(), 'collab-table-'));
  const { files } = await writeReport(performance, 'table', dir);
  const texts = await Promise.all(files.map(async (path) => [basename(path), await readFile(path, 'utf8')]));
  return Object.fromEntries(texts) as Record<string, string>;
}

/** The rows of a CSV text as Python reads them, by column. */
function csvRows(text = ''): Record<string, string>[] {
  const script = 'import csv, json, sys; json.dump(list(csv.DictReader(sys.stdin)), sys.stdout)';
  return JSON.parse(execFileSync('python3', ['-c', script], { input: text, encoding: 'utf8' })) as Record<
    string,
    string
  >[];
}

let texts: Record<string, string>;
let performance: Performance;
beforeAll(async () => {
  performance = await Performance.open((await unevenRun()).path);
  texts = await written(performance);
});

test('csv: a row per combination with all digits, and a note wherever a figure lacks something', () => {
  expect(Object.keys(texts)).toEqual(['results-table.csv', 'results-table.md', 'results-table.tex']);
  const rows = csvRows(texts['results-table.csv']);
  expect(rows.map(({ codec, repeats, n }) => [codec, repeats, n])).toEqual([
    [hostileName, '3', '6'],
    ["'=raw", '3', '5'],
    ['*once', '1', '2'],
  ]);
  expect(rows.map((row) => [row.total_ms_mean, row.total_ms_repeats, row.total_ms_n])).toEqual([
    ['20', '3', '5'],
    ['50', '2', '4'],
    ['70', '1', '2'],
  ]);
  const outcomes = performance.combinations.map(({ outcomes: all }) =>
    all.find(({ quantity }) => quantity === 'total_ms'),
  );
  expect(rows.map((row) => row.total_ms_ci95_low)).toEqual(
    outcomes.map((one) => String(one?.overRepeats.interval?.low ?? '')),
  );
  expect(rows.map(({ notes }) => notes)).toEqual([
    "total_ms: n = 5, 1 of 6 values are in no figure: 1 text ('timeout')",
    'total_ms: over 2 of 3 repeats, n = 4, no value in trial 5',
    'single repeat: medians of its rows, no interval',
  ]);
});

test('markdown: every row has as many cells as the heading, and text cannot end a cell', () => {
  const table = (texts['results-table.md'] ?? '').split('\n').filter((line) => line.startsWith('| '));
  expect(table).toHaveLength(5);
  for (const line of table) expect(line.replace(/\\./g, '').match(/\|/g)).toHaveLength(6);
  expect(table[2]).toContain('a\\|b \\& 50% \\$x\\_1 \\#{\\~^\\\\} \\<b\\> "q" \\[z\\]');
  expect(table[2]).toMatch(/\| 20 ± \d+<sup>1<\/sup> \|/);
  expect(table[4]).toContain('| 70 |');
  expect(texts['results-table.md']).toContain(
    '<sup>2</sup> over 2 of 3 repeats; n = 4; no value in trial 5.',
  );
  expect(texts['results-table.md']).toContain(
    'of a single repeat, the median of its rows without an interval',
  );
  expect(texts['results-table.md']).toContain('DOUBTFUL: ');
});

test('latex: balanced, escaped, as many cells as columns, and a caption that says what it is', () => {
  const text = texts['results-table.tex'] ?? '';
  const [, body = ''] = /\\midrule\n([\s\S]*?)\n {4}\\bottomrule/.exec(text) ?? [];
  const rows = body.split('\n');
  expect(rows).toHaveLength(3);
  const columns = /\\begin\{tabular\}\{([lr]+)\}/.exec(text)?.[1] ?? '';
  expect(columns).toBe('lrrrr');
  for (const row of rows) {
    expect(row).toMatch(/ \\\\$/);
    expect(row.replaceAll('\\&', '').match(/&/g)).toHaveLength(columns.length - 1);
  }
  expect(rows[0]).toContain(
    'a\\textbar{}b \\& 50\\% \\$x\\_1 \\#\\{\\textasciitilde{}\\textasciicircum{}\\textbackslash{}\\} \\textless{}b\\textgreater{} \\symbol{34}q\\symbol{34} [z]',
  );
  expect(rows[2]).toMatch(/^ {4}\{\*\}once & 1 & 2 & \$70\$ & /);
  expect(rows[2]).toContain('$7 \\times 10^{-9}$');
  expect(text).toMatch(
    /\\caption\{Results of client\. .*run 20261121-125301-a1b2\. Verdict of collab: DOUBTFUL\.\}/,
  );
  // What escaping leaves are only the commands of the table itself.
  const bare = text.replace(/\\[\\{}&%$#_]/g, '').replace(/%[^\n]*\n/g, '');
  expect(bare.match(/\{/g)?.length).toBe(bare.match(/\}/g)?.length);
  expect((bare.match(/\$/g)?.length ?? 1) % 2).toBe(0);
  expect(text.match(/\\begin\{/g)?.length).toBe(text.match(/\\end\{/g)?.length);
});

test('several runs: each row names its run, roles have tables of their own', async () => {
  const runs = [await framesRun(), await framesRun({ repeats: 2 })];
  const both = await Performance.open(runs.map(({ path }) => path));
  const { 'results-table.csv': csv, 'results-table.md': markdown = '' } = await written(both);
  expect(csvRows(csv).map(({ split, repeats }) => [split, repeats])).toEqual([
    ['9', '4'],
    ['4', '4'],
    ['9', '2'],
    ['4', '2'],
  ]);
  expect(markdown.match(/^\| run \|/gm)?.length).toBe(markdown.match(/\*\*Results of/g)?.length);
});

test('a run without results says so', async () => {
  const folder = await RunFolder.make(runOf({ trials: [] }));
  const empty = await written(await Performance.open(folder.path));
  expect(empty['results-table.csv']).toBe('experiment,run_id,role,repeats,n,notes\n');
  expect(empty['results-table.md']).toContain('No role recorded');
  expect(empty['results-table.tex']).toContain('% No role recorded');
});
