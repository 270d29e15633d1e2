import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Comparison, ComparisonOfMany } from '../../../src/index.js';
import { TestWorkspace } from '../workspace.js';

const workspace = TestWorkspace.make();
let runs: string[] = [];

beforeAll(async () => {
  for (const messages of ['2', '2', '4']) {
    const set = ['--set', `messages=${messages}`, '--set', 'size_bytes=64', '--repeats', '4'];
    const { code, stderr } = await workspace.collab('run', 'hello', '--local', ...set);
    expect(code, stderr).toBe(0);
  }
  runs = workspace.runs('hello').map((folder) => basename(folder));
}, 180_000);

describe('three runs', () => {
  it('are compared with the first one, in text and JSON', async () => {
    const { code, stdout, stderr } = await workspace.collab('compare', ...runs);
    expect(code, stderr).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(
      new RegExp(`^A {2}hello {2}${String(runs[0])} {2}\\w+ {2}baseline, messages=2$`),
    );
    expect(lines[2]).toMatch(new RegExp(`^C {2}hello {2}${String(runs[2])} {2}\\w+ {2}messages=4$`));
    expect(stdout).toMatch(/^parameters +messages +2 +2 +4$/m);
    expect(stdout).toContain('Primary metrics (named by primary: of the experiment), a family of 2 tests:');
    const from = lines.indexOf('client round_trip_ms');
    const starts = lines.slice(from + 1, from + 4).map((line) => line.slice(0, 8));
    expect(starts).toEqual(['  A    4', '  B    4', '  C    4']);

    const result = await workspace.result<ComparisonOfMany>('compare', ...runs);
    expect(result.runs.map(({ label, run_id }) => [label, run_id])).toEqual([
      ['A', runs[0]],
      ['B', runs[1]],
      ['C', runs[2]],
    ]);
    const sent = result.metrics.find(({ metric }) => metric === 'sent_bytes');
    expect(sent?.figures.map((one) => one?.mean)).toEqual([64, 64, 64]);
    expect(sent?.against.map((one) => one?.finding ?? null)).toEqual([null, 'same', 'same']);
  });

  it('have another baseline, among them or besides them', async () => {
    const [a = '', b = '', c = ''] = runs;
    for (const named of [
      [a, b, c],
      [a, b],
    ]) {
      const result = await workspace.result<ComparisonOfMany>('compare', ...named, '--baseline', c);
      expect(result.runs.map(({ run_id }) => run_id)).toEqual([c, a, b]);
    }
    const two = await workspace.result<Comparison>('compare', b, '--baseline', a);
    expect([two.a.run_id, two.b.run_id]).toEqual([a, b]);
  });

  it('make a page of two or more, whose path is the output', async () => {
    const ended = await workspace.collab('compare', ...runs, '--format', 'html', '--output', 'out');
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toBe(`${join('out', 'comparison.html')}\n`);
    expect(ended.stderr).toContain('python3 -m webbrowser');
    const page = readFileSync(join(workspace.folder, 'out', 'comparison.html'), 'utf8');
    for (const run of runs) expect(page).toContain(run);
    const usual = join('Logs', 'reports', 'comparison.html');
    const without = { DISPLAY: '', WAYLAND_DISPLAY: '', BROWSER: '' };
    const opened = await workspace.collabWith(without, 'compare', ...runs.slice(0, 2), '--open');
    expect(opened.code).toBe(0);
    expect(opened.stderr).toContain('not opened, because there is no display here');
    expect(existsSync(join(workspace.folder, usual))).toBe(true);
    const { files } = await workspace.result<{ files: string[] }>('compare', ...runs, '--format', 'html');
    expect(files).toEqual([join(workspace.folder, usual)]);
  });
});

it('one run, a run named twice, and another format are errors that say what to do', async () => {
  const [a = ''] = runs;
  for (const [args, says] of [
    [[a], /A comparison needs two runs or more/],
    [[a, a], /are the same run/],
    [[...runs, '--format', 'csv'], /--format.*html/],
    [[a, 'nothing'], /nothing/],
  ] as const) {
    const { code, stderr } = await workspace.collab('compare', ...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
  }
});
