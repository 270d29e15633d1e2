import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectedTo, deviceOf, factsOf } from '../../../tests/fixtures/connected-device.js';
import { LocalShell } from '../../network/index.js';
import type { ConnectedDevice } from '../../network/index.js';
import { programText } from '../../package-folder.js';
import { FakeEngine } from '../engine/fake-engine.js';
import { hasWork, placeHere } from './plan-removal.js';
import { planClean } from './plan-clean.js';
import { removeRemains } from './remove-remains.js';

const over = '20261121-125301-a1b2';
const strange = '20261121-125301-c3d4';
let home: string;
let logs: string;
let connected: ConnectedDevice;
let engine: FakeEngine;
const children: ChildProcess[] = [];

/** A device whose home is a folder of this machine, and a workspace that knows one run, which is complete. */
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'home-'));
  logs = await mkdtemp(join(tmpdir(), 'logs-'));
  const user = { name: 'pi', uid: 1000, gid: 1000, home };
  connected = connectedTo(deviceOf('nano1', { facts: factsOf({ user }) }), new LocalShell());
  engine = new FakeEngine('nano1');
  const folder = join(logs, 'hello', over);
  await mkdir(join(folder, 'trials/1/worker-0'), { recursive: true });
  await writeFile(join(folder, 'trials/1/worker-0/stdout.log'), 'collected\n');
  await writeFile(join(folder, 'run.json'), JSON.stringify(recordOf(over)));
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(home, { recursive: true, force: true });
  await rm(logs, { recursive: true, force: true });
});

const recordOf = (run_id: string) => ({
  format: 1,
  run_id,
  experiment: { name: 'hello', id: 'x', definition: {} },
  state: 'complete',
  started_at: '2026-11-21T12:53:01.000Z',
  ended_at: '2026-11-21T12:54:01.000Z',
  runtime: 'docker',
  lan: null,
  devices: [],
  placement: [],
  images: [],
  trials: [],
  versions: {},
  git: null,
});

async function put(run: string, path: string, content = 'collected\n'): Promise<void> {
  const file = join(home, '.collab/runs', run, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, content);
}

const lastWords = `
import signal, sys, time
def end(*_):
    open(sys.argv[1] + '/exit.json', 'w').write('{}')
    sys.exit()
signal.signal(signal.SIGTERM, end)
open(sys.argv[1] + '/listens', 'w').close()
time.sleep(60)
`;

const plan = (uncollected = false) => planClean(connected, engine, { logs: [logs], uncollected });
const runsLeft = () => readdir(join(home, '.collab/runs'));
async function cleanAll(uncollected = false): Promise<void> {
  for (const one of await plan(uncollected))
    await removeRemains(connected, engine, one, { logs: [logs], uncollected });
}

function container(run: string): void {
  const labels = { 'collab.run': run };
  engine.containers.set(`c-${run}`, {
    spec: { name: `c-${run}`, image: 'image', labels, capabilities: [] },
    state: {
      name: `c-${run}`,
      createdAt: new Date(0),
      running: true,
      exitCode: null,
      paused: false,
      outOfMemory: false,
      address: null,
      labels,
    },
    printed: '',
  });
}

describe('clean', () => {
  test('removes containers and the folder of a run that is over and whose logs are here', async () => {
    await put(over, '1/worker-0/stdout.log');
    await put(over, 'accounts/abc/passwd');
    container(over);
    expect(await plan()).toMatchObject([{ kept: null, uncollected: [], removesFolder: true }]);
    await cleanAll();
    expect(await runsLeft()).toEqual([]);
    expect(engine.containers.size).toBe(0);
    expect(await plan()).toEqual([]);
  });

  test('keeps logs that are not here, and removes them only if it is told to', async () => {
    await put(over, '1/worker-0/stdout.log');
    await put(over, '1.2/worker-0/samples.jsonl', '{}\n');
    await put(over, 'work/1-worker-0/code.py');
    container(over);
    const [one] = await plan();
    expect(one).toMatchObject({
      removesFolder: false,
      uncollected: [{ path: '1.2/worker-0/samples.jsonl' }],
    });
    expect(one && hasWork(one)).toBe(true); // its container
    await cleanAll();
    expect(engine.containers.size).toBe(0);
    expect(await readdir(join(home, '.collab/runs', over))).toEqual(['1', '1.2']);
    expect((await plan()).map(hasWork)).toEqual([false]);
    await cleanAll(true);
    expect(await runsLeft()).toEqual([]);
  });

  test('leaves a run alone that nothing here knows', async () => {
    await put(strange, '1/worker-0/stdout.log');
    container(strange);
    const [one] = await plan(true);
    expect(one?.kept).toContain('no workspace of this machine knows it');
    await cleanAll(true);
    expect(await runsLeft()).toEqual([strange]);
    expect(engine.containers.size).toBe(1);
  });

  test('ends the processes of a run without containers', async () => {
    await put(over, 'collab/wrapper.py', 'import time\ntime.sleep(60)\n');
    await put(over, '1/worker-0/stdout.log');
    const folder = join(home, '.collab/runs', over);
    const child = spawn('python3', [join(folder, 'collab/wrapper.py'), join(folder, '1/worker-0')]);
    children.push(child);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await expect
      .poll(async () => (await plan())[0]?.remains.processes, { timeout: 10_000 })
      .toEqual([child.pid]);
    await cleanAll();
    await ended;
    expect(await runsLeft()).toEqual([]);
  });

  test('ends what listens for a controller whose connection is gone', async () => {
    await put(over, '1/worker-0/stdout.log');
    const fifo = join(home, '.collab/runs', over, '1/worker-0/told');
    const listen = programText('deployment/runtimes/listen.sh');
    const child = spawn('sh', ['-c', listen, 'sh', fifo], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    const closed = new Promise((resolve) => child.once('close', resolve)); // with all that it started
    await once(child.stdout, 'data');
    expect((await plan())[0]?.remains.processes).toEqual([child.pid]);
    await cleanAll();
    await closed;
    expect(await plan()).toEqual([]);
  });

  test('what a process wrote while it was ended is kept', async () => {
    await put(over, 'collab/wrapper.py', lastWords);
    await put(over, '1/worker-0/stdout.log');
    const folder = join(home, '.collab/runs', over);
    children.push(spawn('python3', [join(folder, 'collab/wrapper.py'), join(folder, '1/worker-0')]));
    await expect.poll(async () => (await plan())[0]?.remains.processes.length, { timeout: 10_000 }).toBe(1);
    await expect.poll(() => readdir(join(folder, '1/worker-0')), { timeout: 10_000 }).toContain('listens');
    await rm(join(folder, '1/worker-0/listens'));
    expect(await plan()).toMatchObject([{ uncollected: [], removesFolder: true }]);
    await cleanAll();
    expect(await readFile(join(folder, '1/worker-0/exit.json'), 'utf8')).toBe('{}');
    expect(await plan()).toMatchObject([{ uncollected: [{ path: '1/worker-0/exit.json' }] }]);
  });

  test('a folder that is not of a run is not looked at', async () => {
    await put('mine', 'notes.txt');
    expect(await plan(true)).toEqual([]);
  });
});

test('where a log of a device is here', () => {
  expect(placeHere('1.2/worker-0/outputs/a')).toEqual(['trials', '1.2', 'worker-0', 'outputs', 'a']);
  expect(placeHere('warm/worker-0/3/samples.jsonl')).toEqual(['trials', '3', 'worker-0', 'samples.jsonl']);
  expect(placeHere('warm/worker-0/stdout.log')).toEqual(['warm', 'worker-0', 'stdout.log']);
});
