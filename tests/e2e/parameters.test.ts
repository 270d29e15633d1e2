import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { parseCsv } from './read-csv.js';
import { TestWorkspace } from './workspace.js';

const onLab = new TestWorkspace(inject('labWorkspace'));
const seed = '14566578812345678901';
const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

interface Run {
  trials: { commands?: { role: string; rank: number; command: string[] }[] }[];
  devices: { name: string; address: string }[];
  placement: { role: string; device: string }[];
}
const runOf = (folder: string) => JSON.parse(read(folder, 'run.json')) as Run;
const commandOf = (run: Run, role: string) =>
  run.trials[0]?.commands?.find((one) => one.role === role)?.command.join(' ') ?? '';

describe('parameters of programs that know nothing of collab', () => {
  const own = TestWorkspace.make();

  it('go into their commands and keep value and type to the last digit; one that nothing reads is a doubt', async () => {
    const ended = await own.collab('run', 'argparse', '--local');
    expect(ended.code, ended.stderr).toBe(0);
    const folder = own.newestRun('argparse');
    const model = read(folder, 'trials/1/train-0/outputs/model.json');
    expect(model).toContain(`"hidden": 64, "lr": 1.0, "seed": ${seed}, `);
    expect(model).toContain('"which": "0/1 {hidden}", "greeting": "hello ');
    expect(read(folder, 'trials/2/printer-0/stdout.log')).toBe(
      `{'hidden': 64, 'lr': 1.0, 'seed': ${seed}, 'layers': 4}\n`,
    );
    for (const file of ['run.json', 'events.jsonl', 'trials/1/train-0/role.json'])
      expect(read(folder, file)).toMatch(new RegExp(`"lr": ?1\\.0,\\s*"seed": ?${seed},`));
    const run = runOf(folder);
    expect(commandOf(run, 'train')).toMatch(
      new RegExp(`train\\.py --hidden 64 --lr=1\\.0 --seed=${seed} --server 127\\.0\\.0\\.1:7\\d+ `),
    );
    expect(commandOf(run, 'printer')).toBe('');
    const exit = JSON.parse(read(folder, 'trials/1/train-0/exit.json')) as { parameters_read: unknown };
    expect(exit.parameters_read).toEqual({ hidden: ['command'], lr: ['command'], seed: ['command'] });

    const shown = await own.collab('show');
    expect(shown.stdout).toMatch(
      /! parameters read: No role was seen to read layers, although its values differ/,
    );
    expect(shown.stdout.match(/parameters read/g)).toHaveLength(1);
    expect(shown.stdout).toMatch(
      /Resources of train.*:\nhidden +lr +seed +layers +repeats +wall_s +cpu_s +memory_peak\w*_mb/,
    );
    expect(shown.stdout).toMatch(new RegExp(`\n64 +1\\.0 +${seed} +2 +1 +\\S+`));
    const report = await own.collab('report', '--format', 'csv,json,html,parquet,npy', '--output', 'out');
    expect(report.code, report.stderr).toBe(0);
    const [trial] = parseCsv(read(own.folder, 'out/trials.csv'));
    expect(trial).toMatchObject({ hidden: '64', lr: '1.0', seed });
    expect(read(own.folder, 'out/report.json')).toContain(`"lr":1.0,"seed":${seed},`);
    expect(read(own.folder, 'out/report.html')).toMatch(/<section id="usage"/);
  });

  it('a role may declare what it reads by itself; --set keeps digits too, and refuses what it cannot keep', async () => {
    const file = join(own.folder, 'TestCases/argparse/experiment.yaml');
    const text = read(file).replace('  printer:\n', '  printer:\n    reads: [layers]\n');
    writeFileSync(file, text);
    const refused = await own.collab('run', 'argparse', '--local', '--set', 'lr=0.1234567890123456789');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('has more digits than a floating-point number');
    const set = ['--set', 'layers=2', '--set', 'lr=3.0', '--set', 'seed=99999999999999999999'];
    const ended = await own.collab('run', 'argparse', '--local', ...set, '--json');
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toContain(
      '"parameters":{"hidden":64,"lr":3.0,"seed":99999999999999999999,"layers":2}',
    );
    expect(read(own.newestRun('argparse'), 'trials/1/train-0/outputs/model.json')).toContain(
      '"lr": 3.0, "seed": 99999999999999999999,',
    );
    const shown = await own.collab('show', '--json');
    expect(shown.stdout).not.toContain('parameters read');
  });

  it('validate remarks on scalars that surprise, and says what to write for what is no value', async () => {
    const file = join(own.folder, 'TestCases/argparse/experiment.yaml');
    const text = read(file);
    writeFileSync(
      file,
      text.replace(
        '  hidden: 64\n',
        "  hidden: [64, 0123]\n  flag: no\n  version: 1.10\n  at: 12:30\n  plain: 'no'\n",
      ),
    );
    const valid = await own.collab('validate', 'argparse');
    expect(valid.code, valid.stderr).toBe(0);
    expect(valid.stderr.split('\n')).toEqual([
      expect.stringMatching(/^remark: experiment\.yaml:\d+ {2}parameters\.hidden\.1: 0123 is the number 123/),
      expect.stringMatching(/^remark: .*parameters\.flag: no is the text "no", not false/),
      expect.stringMatching(/^remark: .*parameters\.version: 1\.10 is the number 1\.1/),
      expect.stringMatching(/^remark: .*parameters\.at: 12:30 is the text "12:30"/),
      '',
    ]);
    writeFileSync(
      file,
      text
        .replace('  hidden: 64\n', '  hidden: [null, [64, 32]]\n')
        .replace('timeout: 40 s', 'timeout: 1h30m')
        .replace("'{hidden}'", "'{hiden}'"),
    );
    const invalid = await own.collab('validate', 'argparse');
    expect(invalid.code).toBe(2);
    expect(invalid.stderr).toMatch(
      /parameters\.hidden\.0: has no value \(null\): write a text such as "none"/,
    );
    expect(invalid.stderr).toMatch(/parameters\.hidden\.1: a list is no value: write it as text, "64,32"/);
    expect(invalid.stderr).toMatch(/timeout: must be a duration with one unit: write "90m"/);
    expect(invalid.stderr).toMatch(
      /roles\.train\.command\.3: there is no \{hiden\}\. Did you mean "hidden"\?/,
    );
  });

  it('go into commands in containers, with the addresses of the devices', { timeout: 300_000 }, async () => {
    const ended = await onLab.collab('run', 'argparse', '--set', 'layers=2');
    expect(ended.code, ended.stderr).toBe(0);
    const folder = onLab.newestRun('argparse');
    const run = runOf(folder);
    const addressOf = (role: string) => {
      const device = run.placement.find((one) => one.role === role)?.device;
      return run.devices.find(({ name }) => name === device)?.address ?? '';
    };
    expect(commandOf(run, 'train')).toContain(
      `--server ${addressOf('server')}:7100 --out /collab/outputs/model.json`,
    );
    const model = read(folder, 'trials/1/train-0/outputs/model.json');
    expect(model).toContain(`"lr": 1.0, "seed": ${seed}, `);
    expect(model).toContain(`"greeting": "hello ${addressOf('train')}"`);
  });
});
