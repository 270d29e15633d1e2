import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { TestWorkspace } from '../e2e/workspace.js';
import { completeRole, lines, monotonic, RunFolder, runOf } from '../fixtures/run-folder.js';

/** Runs the built command on a recorded run, and reads its files with third-party programs. */

const reader = fileURLToPath(new URL('../fixtures/read_report.py', import.meta.url));
const runId = '20261121-125301-a1b2';
const recorded = [
  { monotonic_s: monotonic(1), frame: 0, total_ms: 12.5, label: '=1+1' },
  { monotonic_s: monotonic(1.5), frame: 1, total_ms: -99.25, label: 'é, "x"' },
];

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = new TestWorkspace(await mkdtemp(join(tmpdir(), 'collab-report-command-')));
  await mkdir(join(workspace.folder, 'TestCases'));
  const run = await RunFolder.make(runOf(), join(workspace.folder, 'Logs', 'split-inference'), runId);
  const spans = lines([{ name: 'head', start_monotonic_s: monotonic(1), duration_ms: 7.125, frame: 0 }]);
  await run.role(1, 'server', completeRole({ spans }));
  await run.role(1, 'client', completeRole({ results: lines(recorded), spans }));
});

describe('collab report', () => {
  it('writes every format at once, and each can be read back', async () => {
    const formats = ['csv', 'xlsx', 'json', 'jsonl', 'parquet', 'npy', 'npz', 'pickle', 'html', 'trace'];
    const output = join(workspace.folder, 'out');
    const ended = await workspace.collab(
      'report',
      runId,
      '--format',
      formats.join(','),
      '--output',
      output,
      '--json',
    );
    expect(ended).toMatchObject({ code: 0 });
    const { reports } = JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '') as {
      reports: { format: string; files: string[]; load: string }[];
    };
    expect(reports.map(({ format }) => format)).toEqual(formats);
    const pathOf = (format: string) => {
      const files = reports.find((one) => one.format === format)?.files ?? [];
      return files.find((file) => basename(file).startsWith('results.')) ?? files[0] ?? '';
    };

    const byPython = formats.filter((format) => !['parquet', 'html', 'trace'].includes(format));
    const said = execFileSync(
      '/usr/bin/python3',
      [reader, ...byPython.flatMap((one) => [one, pathOf(one)])],
      {
        encoding: 'utf8',
      },
    );
    const read = said.trim().split('\n');
    expect(read).toHaveLength(byPython.length);
    for (const [at, format] of byPython.entries()) {
      const { rows } = JSON.parse(read[at] ?? '') as { rows: Record<string, unknown>[] };
      const label = format === 'csv' ? "'=1+1" : '=1+1';
      expect(
        rows.map((row) => [Number(row.total_ms), row.label, Number(row.frame), row.device]),
        format,
      ).toEqual([
        [12.5, label, 0, 'nano2'],
        [-99.25, 'é, "x"', 1, 'nano2'],
      ]);
    }

    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const found = await connection.runAndReadAll(`SELECT total_ms, label FROM '${pathOf('parquet')}'`);
    expect(found.getRowsJson()).toEqual([
      [12.5, '=1+1'],
      [-99.25, 'é, "x"'],
    ]);
    connection.closeSync();
    expect(await readFile(pathOf('html'), 'utf8')).toContain(runId);
    const { traceEvents } = JSON.parse(await readFile(pathOf('trace'), 'utf8')) as {
      traceEvents: { name: string; dur?: number }[];
    };
    expect(traceEvents.filter(({ name }) => name === 'head').map(({ dur }) => dur)).toEqual([7125, 7125]);
  });

  it('writes only the requested tables, into the folder of the run', async () => {
    const ended = await workspace.collab('report', '--format', 'csv', '--tables', 'results,samples_long');
    expect(ended).toMatchObject({ code: 0 });
    const folder = join(workspace.folder, 'Logs', 'split-inference', runId, 'reports');
    expect(ended.stdout.trim().split('\n')).toEqual([
      join(folder, 'results.csv'),
      join(folder, 'samples_long.csv'),
    ]);
    const long = (await readFile(join(folder, 'samples_long.csv'), 'utf8')).trim().split('\n');
    expect(long).toHaveLength(1 + 2 * 5);
    expect(ended.stderr).toContain("pd.read_csv('");
  });

  it('writes a page and the one table without a choice, and says how to open and load them', async () => {
    const ended = await workspace.collab('report', runId);
    expect(ended).toMatchObject({ code: 0 });
    const folder = join(workspace.folder, 'Logs', 'split-inference', runId, 'reports');
    const files = ['report.html', 'results-table.csv', 'results-table.md', 'results-table.tex'];
    expect(ended.stdout.trim().split('\n')).toEqual(files.map((file) => join(folder, file)));
    expect(ended.stderr).toContain(`To open the page: collab report ${runId} --open`);
    expect(ended.stderr).toMatch(
      /To load table:\nimport pandas as pd; df = pd\.read_csv\('Logs\/.*results-table\.csv'/,
    );
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain(
      '<caption>Results of client</caption>',
    );
    const shown = (await workspace.collab('show', runId)).stdout;
    expect(shown).toMatch(
      /^Verdict: DOUBTFUL: \d+ findings? casts? doubt on the numbers; read (?:it|them) before/m,
    );
  });

  it('opens the page, and says where it is if nothing can', async () => {
    const page = join(workspace.folder, 'Logs', 'split-inference', runId, 'reports', 'report.html');
    const programs = await mkdtemp(join(tmpdir(), 'collab-opener-'));
    const opener = (line: string) =>
      writeFile(join(programs, 'xdg-open'), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
    const display = { DISPLAY: ':0', WAYLAND_DISPLAY: '', BROWSER: '', PATH: programs };
    const opened = async (env: Record<string, string>) => {
      const ended = await workspace.collabWith(env, 'report', runId, '--open');
      expect(ended).toMatchObject({ code: 0 });
      return ended.stderr;
    };
    await opener(`printf %s "$1" > '${join(programs, 'opened')}'`);
    expect(await opened(display)).toContain(`Opened ${page}`);
    expect(await readFile(join(programs, 'opened'), 'utf8')).toBe(page);
    await opener('exit 3');
    const note = (why: string) => `note: the page was not opened, because ${why}. It is ${page}`;
    expect(await opened(display)).toContain(note('xdg-open found no program that opens it'));
    expect(await opened({ ...display, PATH: '/nowhere' })).toContain(note('xdg-open is not installed'));
    expect(await opened({ ...display, DISPLAY: '' })).toContain(note('there is no display here'));
  });

  it('rejects an unknown table or format', async () => {
    for (const words of [
      ['--tables', 'resluts'],
      ['--format', 'xls'],
    ]) {
      const ended = await workspace.collab('report', ...words);
      expect(ended.code).toBe(2);
      expect(ended.stderr).toMatch(/There is no (table|report format)/);
    }
  });

  it('says what to install when neither Python here nor an engine has pandas', async () => {
    const hidden = await mkdtemp(join(tmpdir(), 'collab-hidden-'));
    await writeFile(join(hidden, 'pandas.py'), "raise ImportError('hidden')\n");
    const ended = await workspace.collabWith(
      { PYTHONPATH: hidden, PATH: '/nowhere' },
      'report',
      runId,
      '--format',
      'pickle',
    );
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('python3-pandas');
  });
});
