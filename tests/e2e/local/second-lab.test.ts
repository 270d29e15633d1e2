import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { TestWorkspace } from '../workspace.js';

/** A bundle of one workspace, replicated in another with one command. */
const author = TestWorkspace.make();
const reader = TestWorkspace.make();
const at = (name: string) => join(author.folder, name);
let run = '';
let bundle: { file: string; sha256: string };

beforeAll(async () => {
  mkdirSync(at('TestCases/sum'));
  writeFileSync(at('TestCases/sum/sum.py'), 'import collab\ncollab.record(sum=sum(range(100)))\n');
  writeFileSync(
    at('TestCases/sum/experiment.yaml'),
    'name: sum\nroles: { a: { command: [python3, sum.py] } }\nequal: sum\nrepeats: 2\n',
  );
  run = (await author.result<{ run_id: string }>('run', 'sum', '--local')).run_id;
  bundle = await author.result('export', 'sum', '--with-run', run, '--output', at('sum.collab.tar.gz'));
}, 60_000);

it('imports it after a yes only, runs it, and judges', { timeout: 60_000 }, async () => {
  const asked = await reader.collab('replicate', bundle.file, '--local');
  expect(asked).toMatchObject({ code: 2, stdout: '' });
  expect(asked.stderr).toContain(`--yes --trust ${bundle.sha256}`);
  expect(existsSync(join(reader.folder, 'TestCases/sum'))).toBe(false);
  const trusted = ['--yes', '--trust', bundle.sha256];
  const judged = await reader.collab('replicate', bundle.file, '--local', ...trusted);
  expect(judged.code, judged.stderr).toBe(0);
  expect(judged.stdout).toContain('REPRODUCED');
  expect(readdirSync(join(reader.folder, 'Logs/sum'))).toHaveLength(2);
  const again = await reader.collab('replicate', bundle.file, '--local', ...trusted);
  expect(again.code, again.stderr).toBe(0);
});

it('a run that was imported has the packages that it ran with', async () => {
  // Where its Python was may name a home folder, which does not travel.
  const of = async (workspace: TestWorkspace) => {
    const { python } = await workspace.result<{ python: object }>('show', run, '--provenance');
    return JSON.stringify(python).replaceAll(/"executable":"[^"]*"/g, '');
  };
  expect(readdirSync(join(reader.folder, 'Logs/sum', run, 'packages'))).toHaveLength(1);
  const [own, imported] = await Promise.all([of(author), of(reader)]);
  expect(own).toMatch(/"packages":\{"[A-Za-z]/);
  expect(imported).toBe(own);
  // They are in the folder of the run, and not beside the runs of this workspace.
  const shown = await reader.collab('show', run, '--provenance');
  expect(shown.stdout.replaceAll(/\s+/g, ' ')).toContain(`in ${run}/packages/python-`);
});

it('a bundle without a run says so', async () => {
  const file = at('code.collab.tar.gz');
  const { sha256 } = await author.result<{ sha256: string }>('export', 'sum', '--output', file);
  const none = await reader.collab('replicate', file, '--local', '--yes', '--trust', sha256);
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('has no run to replicate');
});
