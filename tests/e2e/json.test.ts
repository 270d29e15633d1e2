import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeProgram } from '../../src/cli/program/index.js';
import { calledElsewhere, commandsOf } from './commands-of.js';
import { labName } from './lab-setup.js';
import { TestWorkspace } from './workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));
const key = `.collab/lab/${labName}/id_ed25519`;
const onLab = ['--interface', `collab-${labName}`, '--expect', '2', '--timeout', '10'];
const onLocal = ['--local'];
const passphrase = ['--passphrase-file', 'passphrase'];
const local = ['--local', '--set', 'size_bytes=64', '--repeats', '1'];

beforeAll(() => writeFile(join(workspace.folder, 'passphrase'), 'a long enough passphrase\n'));
afterAll(async () => {
  await workspace.collab('fleet', 'down', '--local', '--purge');
  await rm(join(workspace.folder, '.collab/fleets'), { recursive: true, force: true });
  await workspace.collab('device', 'unlock', 'edge1');
  await workspace.collab('lan', 'remove', 'shelf', '--yes');
  await workspace.collab('lan', 'use', 'lab');
});

/** How a command is called, in this order, and the least that its result has. */
interface Called {
  readonly command: string;
  readonly args?: readonly string[] | (() => Promise<readonly string[]>);
  readonly result: readonly string[];
  /** Whether it prints its events before the result. */
  readonly events?: true;
  /** Exit code; not 0: an error follows the result. Default: 0. */
  readonly code?: number;
}

const table: readonly Called[] = [
  { command: 'discover', args: onLab, result: ['devices'], events: true },
  {
    command: 'setup',
    args: ['--lan', 'shelf', ...onLab, '--key', key, '--yes'],
    result: ['name', 'devices'],
    events: true,
  },
  { command: 'lan list', result: ['lans'] },
  { command: 'lan use', args: ['shelf'], result: ['name', 'devices'] },
  { command: 'lan show', result: ['name', 'controller', 'devices'] },
  { command: 'device list', result: ['devices'] },
  { command: 'device show', args: ['edge2'], result: ['name', 'facts'] },
  { command: 'device edit', args: ['edge2', '--tag', 'camera'], result: ['name', 'tags'] },
  { command: 'device remove', args: ['edge2'], result: ['name', 'devices'] },
  {
    command: 'device add',
    args: async () => [`collab@${await addressOf('edge2')}`, '--key', key, '--yes'],
    result: ['name', 'facts'],
    events: true,
  },
  { command: 'lan remove', args: ['shelf', '--yes'], result: ['removed'] },
  { command: 'lan use', args: ['lab'], result: ['name'] },
  { command: 'device check', args: ['edge1'], result: ['lan', 'devices'], events: true },
  { command: 'device lock', args: ['edge1', '--for', '5m'], result: ['lan', 'devices'], events: true },
  { command: 'device unlock', args: ['edge1'], result: ['lan', 'devices'], events: true },
  { command: 'sync', args: ['--dry-run'], result: ['dry_run', 'devices'], events: true },
  {
    command: 'gateway on',
    args: ['--from', `collab-${labName}`, '--to', 'lo', '--dry-run'],
    result: ['dry_run'],
    events: true,
  },
  { command: 'gateway off', args: ['--dry-run'], result: ['dry_run'], events: true },
  { command: 'gateway status', result: [] },
  { command: 'images build', args: ['hello'], result: ['images'], events: true },
  { command: 'images push', args: ['hello'], result: ['devices'], events: true },
  { command: 'images list', result: ['bases', 'devices'], events: true },
  { command: 'images prune', args: ['--here', '--dry-run'], result: ['layers', 'freed_bytes'], events: true },
  { command: 'images export', args: ['bases.tar', 'python'], result: ['file', 'bases'], events: true },
  { command: 'images import', args: ['bases.tar'], result: ['file', 'bases'], events: true },
  { command: 'new', args: ['from-json'], result: ['name', 'template', 'folder', 'files'] },
  { command: 'experiments', result: ['experiments'] },
  { command: 'validate', args: ['hello'], result: ['valid', 'id', 'faults', 'remarks'] },
  { command: 'export', args: ['hello', '--force'], result: ['file', 'sha256', 'notes'], events: true },
  { command: 'import', args: trustedBundle, result: ['hash', 'asks', 'folder', 'present'], events: true },
  {
    command: 'run',
    args: ['hello', ...local, '--name', 'named'],
    result: ['run_id', 'folder'],
    events: true,
  },
  { command: 'run', args: ['hello', ...local], result: ['run_id', 'folder'], events: true },
  { command: 'run', args: ['hello', '--dry-run'], result: ['placement', 'trials'], events: true },
  { command: 'resume', args: cutRun, result: ['run_id', 'folder'], events: true },
  { command: 'stop', args: async () => (await newestRuns()).slice(0, 1), result: ['run_id', 'state', 'how'] },
  {
    command: 'clean',
    args: ['--lan', 'lab', '--dry-run'],
    result: ['removed', 'would_remove', 'left'],
    events: true,
  },
  { command: 'watch', result: ['run_id', 'state'], events: true },
  { command: 'runs', result: ['runs'] },
  { command: 'runs edit', args: ['named', '--tag', 'json'], result: ['run_id', 'name', 'note', 'tags'] },
  { command: 'runs remove', args: ['named', '--dry-run'], result: ['removed', 'would_remove'] },
  { command: 'logs', result: ['run_id', 'folder', 'state'], events: true },
  { command: 'show', result: ['run_id', 'validity', 'combinations'] },
  { command: 'show', args: ['--provenance'], result: ['run_id', 'experiment', 'images', 'devices'] },
  {
    command: 'compare',
    args: async () => (await newestRuns()).slice(0, 2),
    result: ['a', 'b', 'primary', 'metrics', 'disturbance'],
  },
  {
    command: 'replicate',
    args: async () => ['--judge', ...(await newestRuns()).slice(0, 2)],
    result: ['run_id', 'folder', 'replication'],
    code: 6,
  },
  { command: 'report', args: ['--output', 'json-out'], result: ['files', 'reports', 'notes', 'reader'] },
  { command: 'fleet plan', args: ['--members', '50'], result: ['members', 'detection', 'central'] },
  { command: 'fleet up', args: ['--local', '--profile', 'fast'], result: ['fleet', 'acts'], events: true },
  { command: 'fleet upgrade', args: ['--local'], result: ['fleet', 'acts'], events: true },
  { command: 'fleet status', args: ['--local'], result: ['fleet', 'replicated', 'members'] },
  { command: 'fleet members', args: ['--local'], result: ['self', 'members'] },
  { command: 'fleet info', args: ['m1', '--local'], result: ['id', 'phase', 'load'] },
  { command: 'fleet leave', args: ['m2', '--local'], result: ['fleet', 'left'] },
  { command: 'fleet join', args: ['--member', 'm2', '--local'], result: ['fleet', 'joined'] },
  { command: 'store put', args: ['TestCases/hello', 'hello', ...onLocal], result: ['files'], events: true },
  { command: 'store get', args: ['hello', 'got-hello', ...onLocal], result: ['path', 'files'], events: true },
  { command: 'store get-all', args: ['hello/*', 'got-all', ...onLocal], result: ['files'], events: true },
  { command: 'store ls', args: ['hello/experiment.yaml', ...onLocal], result: ['versions'] },
  { command: 'store ls-all', args: onLocal, result: ['files'] },
  { command: 'store versions', args: ['hello/experiment.yaml', ...onLocal], result: ['versions'] },
  { command: 'store store', args: onLocal, result: ['devices'] },
  { command: 'store count', args: ['hello', ...onLocal], result: ['files', 'total_bytes'] },
  { command: 'store scrub', args: onLocal, result: ['damaged', 'lost'], events: true },
  { command: 'store delete', args: ['hello', '-r', '-y', ...onLocal], result: ['removed'] },
  {
    command: 'job submit',
    args: ['TestCases/hello', '--name', 'done', '--wait', ...onLocal, '--', 'echo', 'hello'],
    result: ['id', 'counts', 'stdout'],
    events: true,
  },
  {
    command: 'job submit',
    args: ['TestCases/hello', '--name', 'stays', '--pool', 'no-such-tag', ...onLocal, '--', 'true'],
    result: ['id', 'tasks', 'counts'],
    events: true,
  },
  {
    command: 'job service',
    args: ['TestCases/hello', '--port', '8080', '--pool', 'no-such-tag', ...onLocal, '--', 'true'],
    result: ['id', 'tasks', 'service'],
    events: true,
  },
  { command: 'job list', args: onLocal, result: ['jobs'] },
  { command: 'job show', args: ['done', ...onLocal], result: ['id', 'task_list', 'devices'] },
  { command: 'job logs', args: ['done', ...onLocal], result: ['id', 'tasks'] },
  { command: 'job output', args: ['done', 'got-job', ...onLocal], result: ['folder', 'files'], events: true },
  { command: 'job assignments', args: onLocal, result: ['workers'] },
  { command: 'job cancel', args: ['stays', ...onLocal], result: ['id', 'changed'] },
  { command: 'job retry', args: failedJob, result: ['id', 'changed'] },
  { command: 'job remove', args: ['done', '--yes', ...onLocal], result: ['removed', 'name'] },
  { command: 'job notify-key', args: onLocal, result: ['user', 'key'] },
  { command: 'infer models', args: onLocal, result: ['models'] },
  {
    command: 'infer submit',
    args: async () => {
      await writeFile(join(workspace.folder, 'one.png'), 'a file');
      return ['resnet50', 'one.png', '--name', 'images', '--pool', 'no-such-tag', '--count', '3', ...onLocal];
    },
    result: ['id', 'tasks', 'inference'],
    events: true,
  },
  {
    command: 'infer train',
    args: async () => {
      await writeFile(join(workspace.folder, 'data.tgz'), 'no data');
      return ['resnet50', '--data', 'data.tgz', ...onLocal];
    },
    result: ['id', 'command'],
    events: true,
  },
  { command: 'infer rate', args: onLocal, result: ['models'] },
  { command: 'infer times', args: ['images', ...onLocal], result: ['models'] },
  { command: 'infer batch-size', args: ['resnet50', '2', ...onLocal], result: ['model', 'size', 'jobs'] },
  { command: 'infer assignments', args: onLocal, result: ['batches'] },
  { command: 'infer output', args: ['images', ...onLocal], result: ['id', 'missing', 'results'], code: 6 },
  { command: 'pool set', args: ['all', '--cores', '1', ...onLocal], result: ['name', 'workers'] },
  { command: 'pool list', args: onLocal, result: ['pools'] },
  { command: 'pool show', args: ['all', ...onLocal], result: ['name', 'workers', 'devices'] },
  { command: 'pool remove', args: ['all', ...onLocal], result: ['removed'] },
  { command: 'api serve', args: ['--spec'], result: ['openapi', 'paths'] },
  { command: 'api token', args: onLocal, result: ['token', 'user', 'expires_at', 'addresses'] },
  { command: 'fleet rotate', args: ['--local'], result: ['fleet', 'members'], events: true },
  {
    command: 'fleet user add',
    args: ['ann', '--out', 'ann.json', '--local'],
    result: ['user', 'file', 'members'],
    events: true,
  },
  {
    command: 'fleet user mqtt',
    args: ['ann', '--remove', '--local'],
    result: ['user', 'password', 'members'],
    events: true,
  },
  { command: 'fleet user list', args: ['--local'], result: ['users', 'version'] },
  { command: 'fleet user remove', args: ['ann', '--yes', '--local'], result: ['user'], events: true },
  { command: 'fleet check', args: ['--local', '--drill', 'view', '--yes'], result: [], events: true },
  { command: 'fleet backup', args: ['fleet.bak', ...passphrase, '--local'], result: ['fleet', 'parts'] },
  { command: 'fleet restore', args: ['fleet.bak', ...passphrase, '--replace'], result: ['fleet', 'parts'] },
  { command: 'fleet down', args: ['--local', '--purge'], result: ['fleet', 'removed'], events: true },
  { command: 'fleet user use', args: ['ann.json'], result: ['fleet', 'user'] },
  { command: 'lab up', args: ['--name', labName], result: ['name', 'devices'], events: true },
  { command: 'lab status', args: ['--name', labName], result: ['name', 'devices'] },
  { command: 'lab down', args: ['--name', 'none'], result: ['name', 'devices'], events: true },
];

async function addressOf(device: string): Promise<string> {
  const shown = await workspace.collab('device', 'show', device, '--lan', 'lab', '--json');
  return (JSON.parse(shown.stdout) as { address: string }).address;
}

async function newestRuns(): Promise<string[]> {
  const listed = await workspace.collab('runs', 'hello', '--json');
  return (JSON.parse(listed.stdout) as { runs: { run_id: string }[] }).runs.map(({ run_id: id }) => id);
}

/** The bundle that `export` wrote, of an experiment that is here already. */
async function trustedBundle(): Promise<string[]> {
  const bytes = await readFile(join(workspace.folder, 'hello.collab.tar.gz'));
  const hash = createHash('sha256').update(bytes).digest('hex');
  return ['hello.collab.tar.gz', '--yes', '--trust', hash];
}

/** Leaves the newest run as a controller that was killed in its first trial. @returns its id */
async function cutRun(): Promise<string[]> {
  const folder = workspace.newestRun('hello');
  const journal = join(folder, 'events.jsonl');
  const lines = (await readFile(journal, 'utf8')).split('\n');
  const last = lines.findIndex((line) => line.includes('"kind":"trial.started"'));
  await writeFile(journal, `${lines.slice(0, last + 1).join('\n')}\n`);
  await rm(join(folder, 'run.json'));
  return [basename(folder)];
}

/** Lets a job fail. @returns how its tasks are tried again */
async function failedJob(): Promise<string[]> {
  const flags = ['--name', 'fails', '--attempts', '1', '--wait', ...onLocal];
  const { code } = await workspace.collab('job', 'submit', 'TestCases/hello', ...flags, '--', 'false');
  expect(code).toBe(3);
  return ['fails', '--failed', ...onLocal];
}

it('every command with --json is in the table', () => {
  const called = [...table.map(({ command }) => command), ...calledElsewhere];
  expect([...new Set(called)].sort()).toEqual(commandsOf(makeProgram()).sort());
});

describe('with --json, every line is an object with a kind, and the last one is the result', () => {
  it.each(table)(
    '$command $args',
    { timeout: 120_000 },
    async ({ command, args = [], result, events, code = 0 }) => {
      const words = typeof args === 'function' ? await args() : args;
      // What follows `--` are no flags of ours.
      const flags = words.includes('--') ? words.indexOf('--') : words.length;
      const typed = [...words.slice(0, flags), '--json', ...words.slice(flags)];
      const ended = await workspace.collab(...command.split(' '), ...typed);
      expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(code);
      expect(ended.stdout.endsWith('\n')).toBe(true);
      const lines = ended.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      if (code !== 0) expect(lines.pop()).toMatchObject({ kind: 'error', exit_code: code });
      const last = lines.pop();
      expect(last?.kind).toBe('result');
      for (const field of result) expect(last, field).toHaveProperty(field);
      for (const event of lines) {
        expect(event.kind).toMatch(/^[a-z]+\.[a-z-]+$/);
        expect(Date.parse(String(event.time))).not.toBeNaN();
      }
      if (events !== true) expect(lines).toEqual([]);
    },
  );

  it.each([
    [['run', 'nothing'], 2],
    [['compare', 'none', 'none'], 2],
    [['device', 'show', 'nano9'], 2],
    [['lab', 'nope'], 2],
    [['validate', join('TestCases', 'none')], 2],
  ])('%j fails with an error as the last line', async (words, code) => {
    const ended = await workspace.collab(...words, '--json');
    expect(ended.code).toBe(code);
    const lines = ended.stdout.trimEnd().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ kind: 'error', exit_code: code });
  });
});
