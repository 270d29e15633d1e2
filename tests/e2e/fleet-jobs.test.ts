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

it('a service is reached by its name and through each member, comes back when it is killed, and moves off a dead device', async () => {
  folder('app', {
    'app.py': [
      'import http.server, sys',
      'class Handler(http.server.BaseHTTPRequestHandler):',
      '    def do_GET(self):',
      '        self.send_response(200)',
      '        self.end_headers()',
      '        self.wfile.write(("replica " + sys.argv[1]).encode())',
      'http.server.ThreadingHTTPServer(("0.0.0.0", 8080), Handler).serve_forever()',
    ].join('\n'),
  });
  folder('client', {
    'client.py': [
      'import os, time, urllib.request',
      'print(os.environ["COLLAB_SERVICE_APP"])',
      'print(urllib.request.urlopen("http://app:8080", timeout=10).read().decode())',
      'time.sleep(2)', // so that the other task is on the other device
    ].join('\n'),
  });
  interface Service {
    id: string;
    service: { ready: number; members: { address: string; port: number | null }[] };
    task_list: { task: number; attempt: number | null; member: string | null }[];
  }
  const show = () => result<Service>('job', 'show', 'app');
  const ready = async () => (await show()).service.ready;
  const taskOn = async (member: string) =>
    (await show()).task_list.find((one) => one.member === member) ?? { task: -1, attempt: null };
  const asked = async (address: string, port = 8080) => {
    const answer = await fetch(`http://${address}:${port}`, { signal: AbortSignal.timeout(5000) });
    return answer.text();
  };
  const replicas = async (address: string) => {
    const answers = [await asked(address), await asked(address), await asked(address)];
    return [...new Set(answers)].sort();
  };
  const both = ['replica 0', 'replica 1'];
  const command = ['--', 'python3', 'app.py', '{task}'];
  const started = await collab('job', 'service', 'app', '--replicas', '2', '--port', '8080', ...command);
  expect(started.code, started.stderr).toBe(0);
  await expect.poll(ready, within).toBe(2);
  const { id, service } = await show();
  const addresses = service.members.map(({ address }) => address).sort();
  expect(addresses).toHaveLength(2);
  for (const address of addresses) await expect.poll(() => replicas(address), within).toEqual(both);

  // Its replicas take no slots, of which each device has one; but the devices are in use.
  const run = await collab('run', 'hello');
  expect(run.code).toBe(5);
  expect(run.stderr).toContain(
    `A replica of the service app runs there, until the service is cancelled: job ${id}`,
  );
  const job = await collab('job', 'submit', 'client', '--count', '2', '--wait', '--', 'python3', 'client.py');
  expect(job.code, job.stderr).toBe(0);
  const { stdout } = await collab('job', 'logs', 'client');
  expect(stdout.match(/^[\d.]+(?=:8080$)/gm)?.sort()).toEqual(addresses);
  expect(stdout.match(/^replica [01]$/gm)).toHaveLength(2);

  const { store } = await result<{ store: { leader: string } }>('fleet', 'status');
  const device = store.leader === 'edge1' ? 'edge2' : 'edge1';
  const { members } = await result<{ members: { id: string; name: string }[] }>('fleet', 'members');
  const idOf = (name: string) => members.find((one) => one.name === name)?.id ?? '';
  const killed = await taskOn(idOf(device));
  const replica = (await docker(device, 'ps', '-q', '--filter', `name=collab-${id}`)).stdout.trim();
  expect(await docker(device, 'kill', replica)).toMatchObject({ code: 0 });
  await expect.poll(async () => (await taskOn(idOf(device))).attempt, within).toBe(2);
  await expect.poll(ready, within).toBe(2);

  await program('docker', 'stop', '--time', '1', `collab-${labName}-${device}`);
  try {
    const movedTo = async () => (await show()).task_list[killed.task]?.member;
    await expect.poll(movedTo, within).toBe(idOf(store.leader));
    await expect.poll(ready, within).toBe(2);
    const [left = ''] = (await show()).service.members.map(({ address }) => address);
    await expect.poll(() => replicas(left), within).toEqual(both);
  } finally {
    await program('docker', 'start', `collab-${labName}-${device}`);
  }
  await result('job', 'cancel', 'app');
  for (const one of ['edge1', 'edge2']) await expect.poll(() => containersOfTasks(one), within).toBe('');
  for (const address of addresses) await expect(asked(address)).rejects.toThrow();
  const isBack = async () => (await result<{ workers: object[] }>('job', 'assignments')).workers.length;
  await expect.poll(isBack, within).toBe(2);
}, 180_000);

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
