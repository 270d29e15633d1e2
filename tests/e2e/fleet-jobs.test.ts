import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { makeWheel } from '../long/wheels.js';
import { labName } from './lab-setup.js';
import { program, TestWorkspace } from './workspace.js';

/** Jobs on a fleet of the two devices of the tests' Lab, whose tasks run in containers. */
const workspace = new TestWorkspace(inject('labWorkspace'));
const collab = (...args: string[]) => workspace.collab(...args);
const result = <T>(...args: string[]) => workspace.result<T>(...args);
const docker = (device: string, ...args: string[]) =>
  program('docker', 'exec', `collab-${labName}-${device}`, 'docker', ...args);
const within = { timeout: 40_000, interval: 500 };

/** Writes a folder of the workspace. */
function folder(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    const file = join(workspace.folder, name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return name;
}

const containersOfTasks = async (device: string) =>
  (await docker(device, 'ps', '-aq', '--filter', 'label=collab.tasks-of=lab')).stdout.trim();

beforeAll(async () => {
  const up = await collab('fleet', 'up', '--yes', '--profile', 'fast');
  expect(up.code, up.stderr).toBe(0);
}, 300_000);
afterAll(() => collab('fleet', 'down', '--yes', '--purge'));

it('a task runs in a container of the default base image, which submit delivers, and its output comes back', async () => {
  const zip = fileURLToPath(new URL('../../examples/linear-regression.zip', import.meta.url));
  const job = await collab('job', 'submit', zip, '--wait', '--', 'sh', './run.sh');
  expect(job).toMatchObject({ code: 0 });
  expect(job.stdout).toContain('y = 3.002 x + 1.973');
  const withPython = async () => {
    const { workers } = await result<{ workers: { runs: string; bases: string[] }[] }>('job', 'assignments');
    return workers.filter(
      ({ runs, bases }) => runs === 'container' && bases.join().includes('collab/base-python:'),
    ).length;
  };
  await expect.poll(withPython, within).toBe(2);
});

it('requirements come from a wheel beside the code, are installed once, and cannot be changed by tasks', async () => {
  folder('wheels', {
    'requirements.txt': '--no-index\n./packages/tinypkg-1.0-py3-none-any.whl\n',
    'run.py': [
      'import sys, tinypkg',
      'print(tinypkg.version, sys.prefix)',
      'try:',
      "    open(tinypkg.__file__, 'a').write('#')",
      'except OSError as error:',
      '    print(error.strerror)',
    ].join('\n'),
  });
  makeWheel(join(workspace.folder, 'wheels/packages'), 'tinypkg', '1.0');
  const submit = ['job', 'submit', 'wheels', '--requirements', 'requirements.txt', '--wait', '--'];
  for (let time = 1; time <= 2; time += 1) {
    const { code, stdout } = await collab(...submit, 'python3', 'run.py');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '1.0 /collab-venv\nRead-only file system\n' });
  }
  folder('nothing', { 'requirements.txt': '--no-index\nnothing-like-this\n' });
  const failing = [
    'job',
    'submit',
    'nothing',
    '--requirements',
    'requirements.txt',
    '--attempts',
    '1',
    '--wait',
  ];
  const failed = await collab(...failing, '--', 'true');
  expect(failed.code).toBe(3);
  expect(failed.stderr).toContain('its requirements could not be installed');
  expect(failed.stderr).toContain('No matching distribution found for nothing-like-this');
});

it('a task sees its own files, the store of the fleet, and nothing of its device', async () => {
  folder('look', {
    'look.py': [
      'import os, collab',
      "for path in ('/var/run/docker.sock', '/state', '/device', '/root/.ssh'):",
      '    print(path, os.path.exists(path))',
      'print(sorted(os.listdir(".")), os.getuid(), os.cpu_count() and os.environ["HOME"])',
      "open('note', 'w').write('from a task')",
      "collab.store.put('note', 'notes/1')",
    ].join('\n'),
  });
  const { code, stdout, stderr } = await collab(
    'job',
    'submit',
    'look',
    '--wait',
    '--',
    'python3',
    'look.py',
  );
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n').slice(0, 4)).toEqual([
    '/var/run/docker.sock False',
    '/state False',
    '/device False',
    '/root/.ssh False',
  ]);
  expect(stdout).toContain("['look.py'] 7946 /tmp");
  await result('store', 'get', 'notes/1', 'note.back');
  expect(readFileSync(join(workspace.folder, 'note.back'), 'utf8')).toBe('from a task');
});

it('while a task runs, the device is in use for `collab run`, and free again afterwards', async () => {
  const submit = ['job', 'submit', 'look', '--name', 'long', '--json', '--', 'sleep', '600'];
  const submitted = await collab(...submit);
  const { id } = JSON.parse(submitted.stdout.trim().split('\n').at(-1) ?? '') as { id: string };
  const heldBy = async () => (await collab('device', 'check')).stdout.match(/fleet lab@edge\d/g) ?? [];
  await expect.poll(heldBy, within).toHaveLength(1);
  const [held = ''] = await heldBy();
  const device = held.slice('fleet lab@'.length);
  const run = await collab('run', 'hello', '--only', device);
  expect(run.code).toBe(5);
  expect(run.stderr).toContain(`such as one of the job ${id}`);
  // The fleet itself is worked on all the same.
  expect((await collab('fleet', 'up', '--yes', '--profile', 'fast')).code).toBe(0);
  await result('job', 'cancel', 'long');
  await expect.poll(heldBy, within).toHaveLength(0);
});

it('a member that is killed leaves no result twice, and no container', async () => {
  folder('count', { 'run.sh': 'echo "$1" >"$COLLAB_OUTPUTS/number"; sleep 1; echo "task $1"' });
  const args = ['job', 'submit', 'count', '--count', '8', '--wait', '--', 'sh', './run.sh', '{task}'];
  const waiting = collab(...args);
  await expect.poll(() => containersOfTasks('edge2'), within).not.toBe('');
  await docker('edge2', 'kill', '--signal', 'KILL', 'collab-fleet-lab');
  await docker('edge2', 'start', 'collab-fleet-lab');
  const job = await waiting;
  expect(job.code, job.stderr).toBe(0);
  const logs = await collab('job', 'logs', 'count');
  expect(logs.stdout.match(/^task \d$/gm)?.sort()).toEqual(
    Array.from({ length: 8 }, (_, at) => `task ${at}`),
  );
  for (const device of ['edge1', 'edge2'])
    await expect.poll(() => containersOfTasks(device), within).toBe('');
});

it('a base image that does not exist, or requirements that are not there, are refused before anything is put', async () => {
  const base = await collab('job', 'submit', 'look', '--base', 'none', '--', 'true');
  expect(base).toMatchObject({ code: 2 });
  expect(base.stderr).toContain('There is no base image "none"');
  const lacking = await collab('job', 'submit', 'look', '--requirements', 'none.txt', '--', 'true');
  expect(lacking).toMatchObject({ code: 2 });
  expect(lacking.stderr).toContain('none.txt');
});
