import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { TestWorkspace } from '../workspace.js';

const workspace = new TestWorkspace();
const at = (...path: string[]) => join(workspace.folder, ...path);
const code = (text: string) => writeFileSync(at('TestCases/count/main.py'), text);
const recordOf = (run: string) => JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as Recorded;

interface Recorded {
  run_id: string;
  experiment: { id: string };
  python: { version: string; packages: { file: string; python: number } };
}

interface Listed {
  experiments: {
    name: string;
    id: string | null;
    faults: number;
    last_run: { run_id: string; verdict: string } | null;
    changes: object | null;
  }[];
}

const listed = async (name: string): Promise<Listed['experiments'][number] | undefined> =>
  (await workspace.result<Listed>('experiments')).experiments.find((one) => one.name === name);

beforeAll(async () => {
  mkdirSync(at('TestCases'));
  expect((await workspace.collab('new', 'hello')).code).toBe(0);
  expect((await workspace.collab('new', 'count', '--template', 'batch')).code).toBe(0);
  writeFileSync(
    at('TestCases/count/experiment.yaml'),
    'name: count\nroles:\n  main:\n    command: [python3, main.py]\nparameters: { n: [2, 3] }\n',
  );
  code("import collab\ncollab.record(n=collab.parameter('n', 1))\n");
});

describe('an experiment', () => {
  it('that never ran is listed so, with the id that validate and the run give', async () => {
    const { id } = await workspace.result<{ id: string }>('validate', 'count');
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect((await workspace.collab('validate', 'count')).stdout).toContain(`Its id is ${id.slice(0, 12)}.`);
    expect(await listed('count')).toMatchObject({ id, faults: 0, last_run: null, changes: null });
    expect((await workspace.collab('run', 'count', '--local')).code).toBe(0);
    expect(recordOf(workspace.newestRun('count')).experiment.id).toBe(id);
    const changes = { known: true, added: [], changed: [], removed: [] };
    const run_id = basename(workspace.newestRun('count'));
    expect(await listed('count')).toMatchObject({ id, last_run: { run_id }, changes });
  });

  it('that was changed is listed with its files, and its run can be run again as it was', async () => {
    const first = workspace.newestRun('count');
    const { id } = recordOf(first).experiment;
    code("import collab\ncollab.record(n=collab.parameter('n', 1), changed=1)\n");
    writeFileSync(at('TestCases/count/more.py'), 'pass\n');
    rmSync(at('TestCases/count/inputs/rivers.txt'));
    const changes = { known: true, added: ['more.py'], changed: ['main.py'], removed: ['inputs/rivers.txt'] };
    expect(await listed('count')).toMatchObject({ changes });
    expect((await listed('count'))?.id).not.toBe(id);
    const { stdout } = await workspace.collab('experiments');
    expect(stdout).toMatch(/^count +[0-9a-f]{12} +3 files +/m);
    expect(stdout).toContain('count: removed inputs/rivers.txt');
    expect((await workspace.collab('run', '--from', basename(first))).code).toBe(0);
    const again = workspace.newestRun('count');
    expect(recordOf(again)).toMatchObject({ again: basename(first), experiment: { id } });
    expect(readFileSync(join(again, 'trials/1/main-0/results.jsonl'), 'utf8')).not.toContain('changed');
  });

  it('that is invalid is listed with its faults, and one without its code says so', async () => {
    const file = at('TestCases/count/experiment.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, `${text}wrong: 1\n`);
    expect(await listed('count')).toMatchObject({ id: null, faults: 1, changes: null });
    writeFileSync(file, text);
    const { experiment } = recordOf(workspace.newestRun('count'));
    rmSync(at('Logs/.experiments', experiment.id), { recursive: true, force: true });
    expect(await listed('count')).toMatchObject({ changes: { known: false, why: 'code not kept' } });
    const shown = await workspace.collab('show', '--provenance');
    expect(shown.stdout).toMatch(/^ +code +not kept$/m);
    expect((await workspace.collab('run', 'count', '--local')).code).toBe(0);
  });

  it('whose folder is gone runs again all the same', async () => {
    const before = recordOf(workspace.newestRun('count'));
    rmSync(at('TestCases/count'), { recursive: true });
    expect((await workspace.collab('run', '--from', before.run_id)).code).toBe(0);
    const after = recordOf(workspace.newestRun('count'));
    expect(after).toMatchObject({ again: before.run_id, experiment: { id: before.experiment.id } });
    expect(existsSync(at('TestCases/count'))).toBe(false);
  });
});

describe('show --provenance', () => {
  it('says what ran, where, and with what; --json has every package', async () => {
    const run = workspace.newestRun('count');
    const record = recordOf(run);
    const { stdout, code: exitCode } = await workspace.collab('show', '--provenance');
    expect(exitCode).toBe(0);
    for (const line of [
      `experiment +count, id ${record.experiment.id.slice(0, 12)}`,
      `code +Logs/\\.experiments/${record.experiment.id.slice(0, 12)}\\.\\.\\.`,
      `again +it does the run \\S+ again`,
      `git +no git checkout`,
      `runtime +process`,
      `order +interleaved`,
      `\\{n\\} +2, 3`,
      `architecture +\\S+`,
      `python3 +${record.python.version}, /`,
      `packages +dpkg: not read, Python: ${record.python.packages.python};`,
    ])
      expect(stdout).toMatch(new RegExp(`^  ${line}`, 'm'));
    const told = await workspace.result<{ python: { list: { python: { packages: object } } } }>(
      'show',
      record.run_id,
      '--provenance',
    );
    const list = JSON.parse(readFileSync(at('Logs', record.python.packages.file), 'utf8')) as object;
    expect(list).toMatchObject({ packages: told.python.list });
    expect(Object.keys(told.python.list.python.packages)).toHaveLength(record.python.packages.python);
    expect(readdirSync(at('Logs/.images'))).toHaveLength(1);
  });

  it('says what an older run did not record', async () => {
    const file = join(workspace.newestRun('count'), 'run.json');
    const whole = readFileSync(file, 'utf8');
    const { python, by, sweep, ...older } = JSON.parse(whole) as Record<string, unknown>;
    expect([python, by, sweep].every((one) => one !== undefined)).toBe(true);
    writeFileSync(file, JSON.stringify(older));
    const { stdout } = await workspace.collab('show', '--provenance');
    for (const field of ['who', 'order', 'python3'])
      expect(stdout).toMatch(new RegExp(`^ +${field} +not recorded$`, 'm'));
    writeFileSync(file, whole);
  });
});

describe('new', () => {
  it.each(['hello', 'split', 'federated', 'batch', 'argparse'])('%s runs at once', async (template) => {
    const name = `my-${template}`;
    const made = await workspace.collab('new', name, '--template', template);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toContain(`TestCases/${name}/experiment.yaml`);
    expect(made.stdout).toContain(`collab run ${name} --local`);
    expect(await workspace.collab('validate', name)).toMatchObject({ code: 0, stderr: '' });
    const ran = await workspace.collab('run', name, '--local', '--repeats', '1');
    expect(ran.code, ran.stderr).toBe(0);
    const results = await workspace.result<{ combinations: { outcomes: object[] }[] }>('show');
    expect(results.combinations.flatMap(({ outcomes }) => outcomes).length).toBeGreaterThan(0);
  });

  it('predicts the same classes wherever the network is split', () => {
    const trials = join(workspace.newestRun('my-split'), 'trials');
    const predicted = readdirSync(trials).map((trial) =>
      readFileSync(join(trials, trial, 'client-0/results.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { predicted: number }).predicted),
    );
    expect(new Set(predicted.map(String)).size).toBe(1);
    expect(new Set(predicted[0]).size).toBeGreaterThan(3);
  });

  it('does not overwrite, and says what a name may be and where it must be called', async () => {
    const there = await workspace.collab('new', 'hello');
    expect(there).toMatchObject({ code: 2, stdout: '' });
    expect(there.stderr).toContain('There is an experiment hello already');
    const bad = await workspace.collab('new', '../elsewhere');
    expect(bad.code).toBe(2);
    expect(bad.stderr).toContain('a name starts with a lowercase letter');
    const nowhere = new TestWorkspace();
    const none = await nowhere.collab('new', 'hello');
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('collab init');
    expect(readdirSync(nowhere.folder)).toEqual([]);
  });
});
