import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { type ReplicationRecord, replicationRecord } from '../../../src/logs/records/replication-record.js';
import { program, TestWorkspace } from '../workspace.js';

/** `replicate`: a run again, and whether it has the same results. */
const workspace = TestWorkspace.make();
const folder = join(workspace.folder, 'TestCases/classify');
const code = `import time, collab
for image in range(3):
    collab.record(image=image, label='cat' if image < collab.parameter('threshold') else 'dog')
# Not a measured time: the verdict must not depend on what else this machine does.
collab.record(total_ms=400 + time.time_ns() % 1000 / 1000)
`;

interface Replicated {
  run_id: string;
  folder: string;
  replication: ReplicationRecord;
}
/** Runs the command with --json. */
async function replicate(...args: string[]): Promise<Replicated & { code: number | null; stderr: string }> {
  const { code, stdout, stderr } = await workspace.collab('replicate', ...args, '--json');
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const result = lines.find(({ kind }) => kind === 'result');
  expect(result, stdout + stderr).toBeDefined();
  return { ...(result as unknown as Replicated), code, stderr };
}
const run = async (...args: string[]) =>
  (await workspace.result<{ folder: string }>('run', 'classify', '--local', ...args)).folder;
const kept = (run: string) =>
  replicationRecord.parse(JSON.parse(readFileSync(join(run, 'replication.json'), 'utf8')));

let original: string;
let again: Replicated & { code: number | null };
beforeAll(async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'classify.py'), code);
  writeFileSync(
    join(folder, 'experiment.yaml'),
    `name: classify
roles: { client: { command: [python3, classify.py], reads: [threshold] } }
parameters: { threshold: 2 }
primary: total_ms
equal: client.label
repeats: 5
`,
  );
  original = await run();
  // The replication is of what ran, not of what is there now.
  writeFileSync(join(folder, 'classify.py'), 'raise SystemExit(1)\n');
  again = await replicate(original, '--local');
  writeFileSync(join(folder, 'classify.py'), code);
}, 120_000);

it('REPRODUCED: equal labels in all rows, and a timing within 10 %', () => {
  expect(again.replication.reasons.join('\n')).toMatch(
    /Equal in all 15 values: client\.label\.\nclient\.total_ms is .*: within 10 %\./,
  );
  expect(again).toMatchObject({ code: 0, replication: { verdict: 'REPRODUCED', equal: [{ compared: 15 }] } });
  expect(kept(again.folder)).toEqual(again.replication);
  const record = JSON.parse(readFileSync(join(again.folder, 'run.json'), 'utf8')) as { again: string };
  expect(record.again).toBe(again.replication.original.run_id);
});

it('show, runs, and every format have the verdict, also without the original', async () => {
  const away = join(workspace.folder, 'away');
  renameSync(original, away);
  onTestFinished(() => renameSync(away, original));
  const shown = await workspace.collab('show', again.run_id);
  expect(shown.stdout).toContain(`Replication of ${again.replication.original.run_id}: REPRODUCED\n`);
  expect((await workspace.collab('runs')).stdout).toMatch(/(VALID|DOUBTFUL), REPRODUCED/);
  const output = join(workspace.folder, 'out');
  const formats = 'csv,xlsx,json,jsonl,parquet,npy,npz,pickle,html';
  const report = await workspace.collab('report', again.run_id, '--format', formats, '--output', output);
  expect(report.code, report.stderr).toBe(0);
  const files = readdirSync(output, { recursive: true, encoding: 'utf8' });
  for (const extension of ['csv', 'jsonl', 'parquet', 'npy', 'pickle'])
    expect(
      files.filter((name) => name.includes('replication') && name.endsWith(extension)),
      extension,
    ).toHaveLength(1);
  const csv = readFileSync(
    join(output, files.find((name) => name.endsWith('replication.csv')) ?? ''),
    'utf8',
  );
  expect(csv).toContain('REPRODUCED,metric,total_ms,client,');
  const html = readFileSync(join(output, 'report.html'), 'utf8');
  expect(html).toContain('<span class="badge">REPRODUCED</span>');
  for (const name of files.filter((one) => /\.(json|npz)$/.test(one)))
    expect(readFileSync(join(output, name)).includes('replication'), name).toBe(true);
  const read = "import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read('xl/workbook.xml').decode())";
  const sheets = await program('python3', '-c', read, join(output, 'report.xlsx'));
  expect(sheets.stdout).toContain('name="Replication"');
});

it('DIFFERENT, with the first value that differs, and the parameter that explains it', async () => {
  const other = await run('--set', 'threshold=1');
  const judged = await replicate('--judge', original, other);
  expect(judged).toMatchObject({ code: 3, replication: { verdict: 'DIFFERENT' } });
  expect(judged.replication.reasons).toEqual([
    'client.label must be equal, and 5 of 15 values differ: first in repeat 1, rank 0, row 2: "cat", in the replication "dog".',
    'The parameter threshold is 2, in the replication 1.',
  ]);
  const text = await workspace.collab('replicate', '--judge', original, other);
  expect(text.code).toBe(3);
  expect(text.stdout).toMatch(/^DIFFERENT {2}classify\noriginal .*\nreplication .*\n/);
  expect(text.stdout).toContain('What differs between the runs (no proof of a cause):\n');
  expect(text.stdout).toContain('parameters, threshold: 2, in the replication 1');
  expect(text.stderr).toContain('next:');
});

it('TOO FEW with two repeats, and how many would do', async () => {
  const few = await replicate(original, '--local', '--repeats', '2');
  expect(few).toMatchObject({ code: 6, replication: { verdict: 'TOO FEW' } });
  expect(few.replication.reasons.join('\n')).toMatch(
    /3 of 5 repeats of the original have no complete counterpart[^]*5 and 2 repeats are too few[^]*3 repeats of the replication are the fewest/,
  );
});

it('DIFFERENT for a metric that takes longer, not for one within a wider margin', async () => {
  writeFileSync(join(folder, 'classify.py'), code.replace('400 +', '600 +'));
  const slower = await run();
  const judged = await replicate('--judge', original, slower);
  expect(judged).toMatchObject({ code: 3, replication: { verdict: 'DIFFERENT' } });
  expect(judged.replication.reasons.join('\n')).toMatch(
    /^client\.total_ms is (49|5\d)(\.\d+)? % higher \(95 % interval .*\): beyond 10 %\.\nTheir code is not the same:/,
  );
  const wide = await replicate('--judge', original, slower, '--within', '70 %');
  expect(wide).toMatchObject({ code: 0, replication: { verdict: 'REPRODUCED' } });
  expect(kept(slower).within).toBe(0.7);
});

it('says what does not go together', async () => {
  const runs = [original, again.folder] as const;
  for (const [args, said] of [
    [[...runs], 'two-runs'],
    [['--judge', original], 'one-run'],
    [['--judge', original, original], 'one-run'],
    [['--judge', ...runs, '--metric', 'none_ms'], 'no-such-metric'],
    [['--judge', ...runs, '--local'], 'usage'],
    [[original, '--within', '100%'], 'usage'],
    [['none'], 'no-such-run'],
  ] as const) {
    const ended = await workspace.collab('replicate', ...args, '--json');
    expect(ended.code, args.join(' ')).toBe(2);
    expect(JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ name: said });
  }
  const plan = await workspace.collab('replicate', original, '--local', '--dry-run', '--repeats', '7');
  expect(plan).toMatchObject({ code: 0 });
  expect(plan.stdout).toContain('7');
  rmSync(join(again.folder, 'replication.json'));
  const none = await workspace.collab('report', again.run_id, '--tables', 'replication');
  expect(none).toMatchObject({ code: 2 });
  expect(none.stderr).toContain('collab replicate --judge');
});
