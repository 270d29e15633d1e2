import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectedTo, deviceOf, factsOf } from '../../../tests/fixtures/connected-device.js';
import { orderOf } from '../../../tests/fixtures/role-order.js';
import { pidsWith, processesWith } from '../../../tests/fixtures/run-wrapper.js';
import { systemClock } from '../../events.js';
import { JsonLines } from '../../logs/index.js';
import { exitRecord, sampleRecord } from '../../logs/records/role-records.js';
import { LocalShell } from '../../network/shell/local-shell.js';
import { type TarFile, wrapperFiles } from '../archives/index.js';
import { ProcessRuntime } from './process.js';
import type { RoleOrder, RunningRole } from './runtime.js';
import { SharedFiles } from './shared-files.js';

let home: string;
const started: RunningRole[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'process-'));
});
afterEach(async () => {
  for (const role of started.splice(0)) await role.stop();
  await rm(home, { recursive: true });
});

async function start(
  script: string,
  change: Partial<RoleOrder> = {},
  wrapper?: TarFile[],
): Promise<RunningRole> {
  const user = { name: 'pi', uid: 1000, gid: 1000, home };
  const connected = connectedTo(deviceOf('here', { facts: factsOf({ user }) }), new LocalShell());
  const files: TarFile[] = [{ name: 'client.py', content: script }];
  const runtime = new ProcessRuntime(files, new SharedFiles(wrapper ?? (await wrapperFiles())), systemClock);
  const role = await runtime.start({
    connected,
    order: orderOf(change),
    publish: [],
    imageId: null,
    gpu: false,
    data: [],
  });
  started.push(role);
  return role;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200 && !(await condition()); tries += 1) await systemClock.sleep(20);
}

const exitOf = async (role: RunningRole) =>
  exitRecord.parse(JSON.parse(await readFile(join(role.folder, 'exit.json'), 'utf8')));

test('a role runs in its folder under the wrapper, ends, and leaves nothing when removed', async () => {
  const script = 'import collab\nprint(open("client.py").read().count("print"), collab.parameter("split"))\n';
  const role = await start(script);
  await until(async () => !(await role.alive()).alive);
  expect(await role.alive()).toEqual({ alive: false, reason: null });
  expect(await exitOf(role)).toMatchObject({ code: 0, reason: 'exited' });
  expect(await readFile(join(role.folder, 'stdout.log'), 'utf8')).toBe('2 4\n');
  await role.stop();
  await role.remove();
  expect(existsSync(role.folder)).toBe(false);
});

test('what a role writes next to its code is gone for the next role, as in a container', async () => {
  const script = 'import os\nprint(os.path.exists("cache.txt"))\nopen("cache.txt", "w").close()\n';
  const user = { name: 'pi', uid: 1000, gid: 1000, home };
  const connected = connectedTo(deviceOf('here', { facts: factsOf({ user }) }), new LocalShell());
  const files = [{ name: 'client.py', content: script }];
  const runtime = new ProcessRuntime(files, new SharedFiles(await wrapperFiles()), systemClock);
  for (const trial of [1, 2]) {
    const role = await runtime.start({
      connected,
      order: orderOf({ trial }),
      publish: [],
      imageId: null,
      gpu: false,
      data: [],
    });
    started.push(role);
    await until(async () => !(await role.alive()).alive);
    expect(await readFile(join(role.folder, 'stdout.log'), 'utf8')).toBe('False\n');
  }
});

test('a running role is alive until it is stopped, and reports that it was stopped', async () => {
  const role = await start('import time\ntime.sleep(60)\n', { stop_grace_s: 1 });
  await until(() => existsSync(join(role.folder, 'state.jsonl')));
  expect(await role.alive()).toEqual({ alive: true, reason: null });
  await role.stop();
  expect((await role.alive()).alive).toBe(false);
  expect(await exitOf(role)).toMatchObject({ reason: 'stopped' });
});

test('a killed wrapper keeps its samples, and its role leaves no process', async () => {
  const mark = `mark-${String(process.hrtime.bigint())}`;
  const script = `import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:  # a daemon: twice forked, in a session of its own
    os.setsid()
    if os.fork() > 0: os._exit(0)
    os.chdir("/"); os.closerange(0, 64)
elif os.fork() == 0:  # one that knows nothing of the role but its session
    os.execve(sys.executable, [sys.executable, "-c", "import time; time.sleep(60)", sys.argv[1]], {})
time.sleep(60)`;
  const role = await start(script, { command: ['python3', 'client.py', mark], sampling_s: 0.05 });
  await until(async () => (await processesWith(mark)).length === 3);
  await systemClock.sleep(300);
  const [wrapper = ''] = await pidsWith(`wrapper.py\0${role.folder}\0`);
  expect(wrapper).not.toBe('');
  const killedAtS = Number(process.hrtime.bigint()) / 1e9;
  process.kill(Number(wrapper), 'SIGKILL');
  await until(async () => !(await role.alive()).alive);
  await until(async () => (await processesWith(mark)).length === 2); // the command died with its wrapper
  expect(await processesWith(mark)).toHaveLength(2);
  await role.stop();
  expect(await processesWith(mark)).toEqual([]);
  const lines = new JsonLines(join(role.folder, 'samples.jsonl'), sampleRecord);
  const times: number[] = [];
  for await (const sample of lines) times.push(sample.monotonic_s);
  expect(lines.report).toMatchObject({ cut: false, brokenLines: 0 });
  expect(killedAtS - (times.at(-1) ?? 0)).toBeLessThan(0.05 + 0.25); // an interval, plus slack for a busy machine
});

test('distinguishes what a killed wrapper left from other processes', async () => {
  const mark = `mark-${String(process.hrtime.bigint())}`;
  const stranger = await start('import time\ntime.sleep(60)\n', {
    command: ['python3', 'client.py', mark],
    rank: 1,
    role: 'server',
    stop_grace_s: 1,
  });
  const role = await start('import time\ntime.sleep(60)\n', { stop_grace_s: 1 });
  await until(
    async () => existsSync(join(role.folder, 'state.jsonl')) && (await processesWith(mark)).length > 0,
  );
  const [wrapper = ''] = await pidsWith(`wrapper.py\0${role.folder}\0`);
  process.kill(Number(wrapper), 'SIGKILL');
  await role.stop();
  expect(await processesWith(mark)).toHaveLength(1);
  expect((await stranger.alive()).alive).toBe(true);
});

test('reports why a wrapper died', async () => {
  const content = 'import sys\nif "--end" not in sys.argv: raise SystemExit("it read too often")\n';
  const role = await start('', {}, [{ name: 'wrapper.py', content }]);
  await until(async () => !(await role.alive()).alive);
  expect((await role.alive()).reason).toContain('often');
});

test('an order that violates the role.json contract starts nothing', async () => {
  await expect(start('', { sampling_s: 'often' as unknown as number })).rejects.toThrow('sampling_s');
});

test('a role that cannot be started leaves no folder behind', async () => {
  vi.spyOn(LocalShell.prototype, 'exec').mockResolvedValue({
    code: 1,
    signal: null,
    stdout: '',
    stderr: 'no space left',
  });
  await expect(start('')).rejects.toMatchObject({ name: 'role-not-started', why: 'no space left' });
  vi.restoreAllMocks();
  const { run_id, trial } = orderOf();
  expect(existsSync(join(home, '.collab/runs', run_id, 'experiment'))).toBe(true);
  expect(existsSync(join(home, '.collab/runs', run_id, String(trial), 'client-0'))).toBe(false);
});

test('without python3 on the device no role starts, and the error says what to install', async () => {
  const connected = connectedTo(deviceOf('bare', { facts: factsOf({ python: null }) }), new LocalShell());
  const runtime = new ProcessRuntime([], new SharedFiles([]), systemClock);
  const asked = { connected, order: orderOf(), publish: [], imageId: null, gpu: false, data: [] };
  await expect(runtime.start(asked)).rejects.toMatchObject({ name: 'no-python', exitCode: 4 });
});
