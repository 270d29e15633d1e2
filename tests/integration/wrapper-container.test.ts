import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ContainerSpec, type Engine, localEngine } from '../../src/deployment/index.js';
import { JsonLines } from '../../src/logs/index.js';
import { exitRecord, sampleRecord, type ExitRecord } from '../../src/logs/records/role-records.js';
import { processesWith, wrapperFolder } from '../fixtures/run-wrapper.js';
import { warmFolder } from '../fixtures/warm-wrapper.js';
import { baseImage } from './base-image.js';

const labels = { 'collab.test': `wrapper-test-${randomBytes(4).toString('hex')}` };
const folders: string[] = [];
let engine: Engine;
let image: string;

beforeAll(async () => {
  engine = await localEngine();
  image = await baseImage(engine);
});
afterAll(async () => {
  for (const id of await engine.find(labels)) await engine.remove(id);
  for (const folder of folders) {
    execFileSync('sh', ['-c', 'umount "$0" 2>/dev/null || true', folder]);
    rmSync(folder, { recursive: true, force: true });
  }
});

function roleFolder(code: string, more: object = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'collab-wrapper-'));
  folders.push(folder);
  chmodSync(folder, 0o777);
  writeRole(folder, ['python3', '-c', code], 'own', more);
  return folder;
}

function writeRole(folder: string, command: string[], cgroup = 'own', more: object = {}): void {
  const told = { run_id: 'r', trial: 1, repeat: 0, warmup: false, role: 'client', rank: 0, count: 1 };
  const order = { ...told, command, directory: '/tmp', sampling_s: 0.02, timeout_s: 60, stop_grace_s: 2 };
  writeFileSync(
    join(folder, 'role.json'),
    JSON.stringify({ ...order, metrics: ['cycles'], network_namespace: cgroup, cgroup, ...more }),
  );
}

const containerOf = (folder: string): ContainerSpec => ({
  name: `collab-test-${randomBytes(4).toString('hex')}`,
  image,
  labels,
  capabilities: [],
  user: '1000:1000',
  pidsLimit: 100,
  command: ['python3', '/opt/collab/wrapper.py', '/collab'],
  mounts: [
    { kind: 'folder', source: folder, target: '/collab' },
    { kind: 'folder', source: wrapperFolder, target: '/opt/collab', readOnly: true },
    { kind: 'folder', source: join(wrapperFolder, '../logs'), target: '/opt/logs', readOnly: true },
  ],
});

/** Runs code as a role in a container like that of a run: no capabilities, no new privileges, own namespaces and cgroup. */
async function inContainer(code: string, change: Partial<ContainerSpec> = {}) {
  const folder = roleFolder(code);
  const id = await engine.create({ ...containerOf(folder), ...change });
  await engine.start(id);
  while ((await engine.inspect(id))?.running) await new Promise((resolve) => setTimeout(resolve, 100));
  const said = await engine.logs(id, 20);
  await engine.remove(id);
  return { folder, said, stdout: readFileSync(join(folder, 'stdout.log'), 'utf8'), exit: exitOf(folder) };
}

const exitOf = (folder: string): ExitRecord =>
  exitRecord.parse(JSON.parse(readFileSync(join(folder, 'exit.json'), 'utf8')));
const value = ({ totals }: ExitRecord, name: string) => totals[name]?.value ?? NaN;

it('each trial of a container that stays for the run has its own totals', async () => {
  const folder = roleFolder(
    `import collab, socket, time
gateway = [line.split() for line in open("/proc/net/route") if line.split()[1] == "00000000"][0][2]
address = ".".join(str(byte) for byte in reversed(bytes.fromhex(gateway)))
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
def use(n):
    end = time.process_time() + 0.1 * n
    while time.process_time() < end: pass
    block = bytearray(b"x") * ((200 - 50 * n) << 20)
    for _ in range(100 * n): sender.sendto(b"x" * 1000, (address, 9))
    open("/tmp/" + str(n), "wb").write(block[:n << 20])
use(1)  # in no trial
for trial in collab.trials(): use(trial.number)`,
    { restart: 'run' },
  );
  const id = await engine.create(containerOf(folder));
  await engine.start(id);
  const warm = warmFolder(folder);
  for (const n of [1, 2, 3]) {
    if (n > 1) await warm.orderTrial(n);
    const { exit } = await warm.trial(n);
    expect(exit).toMatchObject({ code: 0, reason: 'exited', in_flight_bytes: 0 });
    const cpuS = value(exit, 'cpu_user_s') + value(exit, 'cpu_system_s');
    expect(exit.totals.cpu_user_s?.kind).toBe('measured');
    expect(cpuS).toBeGreaterThan(0.1 * n - 0.011);
    expect(cpuS).toBeLessThan(0.1 * n + 0.5);
    expect(value(exit, 'network_sent_bytes.eth0')).toBeGreaterThanOrEqual(100 * n * 1042);
    expect(value(exit, 'network_sent_bytes.eth0')).toBeLessThan(100 * n * 1042 + 2000);
    expect(value(exit, 'io_written_bytes')).toBeGreaterThanOrEqual(n << 20);
    expect(value(exit, 'io_written_bytes')).toBeLessThan((n << 20) + 65_536);
    // The kernel's own record cannot begin anew in a container: it is that of the samples, or it is said that there is none.
    const { kind } = exit.totals.memory_peak_bytes ?? {};
    const peak = value(exit, 'memory_peak_bytes');
    if (kind === 'measured') expect(peak).toBeGreaterThan((200 - 50 * n) << 20);
    if (kind !== 'unavailable') expect(peak).toBeLessThan((200 - 50 * n + 40) << 20);
    expect(value(exit, 'memory_peak_process_bytes')).toBeGreaterThan((200 - 50 * n) << 20);
    expect(value(exit, 'memory_peak_process_bytes')).toBeLessThan((200 - 50 * n + 40) << 20);
  }
  await warm.order('end');
  while ((await engine.inspect(id))?.running) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await engine.logs(id, 20)).toBe('');
  expect(exitOf(folder)).toMatchObject({ code: 0, reason: 'exited', undelivered_bytes: 0 });
  await engine.remove(id);
});

it("totals of a container agree with the kernel's", async () => {
  const { exit, stdout, said } = await inContainer(`import os, resource, socket
for _ in range(40):
    if os.fork() == 0:
        while sum(os.times()[:2]) < 0.02: sum(range(1000))
        os._exit(0)
    os.wait()
gateway = [line.split() for line in open("/proc/net/route") if line.split()[1] == "00000000"][0][2]
address = ".".join(str(byte) for byte in reversed(bytes.fromhex(gateway)))
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(500): sender.sendto(b"x" * 1000, (address, 9))
block = bytearray(b"x") * (80 << 20)
try: import time; time.clock_settime(time.CLOCK_REALTIME, 0)
except PermissionError: print("refused")
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
sent = [line.split() for line in open("/proc/net/dev") if "eth0" in line][0][9]
print(sum(one.ru_utime + one.ru_stime for one in used), sent)`);
  expect(said).toBe('');
  expect(exit).toMatchObject({ code: 0, reason: 'exited' });
  expect(stdout).toContain('refused\n'); // the clock of the device
  const [cpuS = NaN, sentBytes = NaN] = (stdout.split('\n')[1] ?? '').split(' ').map(Number);
  const countedS = value(exit, 'cpu_user_s') + value(exit, 'cpu_system_s');
  expect(exit.totals.cpu_user_s).toMatchObject({
    kind: 'measured',
    source: expect.stringContaining('cgroup') as string,
  });
  expect(countedS).toBeGreaterThan(cpuS * 0.98);
  expect(countedS).toBeLessThan(cpuS * 1.05 + 0.1); // the exit of the interpreter, after printing
  expect(exit.totals['network_sent_bytes.eth0']).toMatchObject({
    kind: 'measured',
    value: expect.any(Number) as number,
  });
  expect(value(exit, 'network_sent_bytes.eth0')).toBeGreaterThanOrEqual(500 * 1028);
  expect(value(exit, 'network_sent_bytes.eth0')).toBeGreaterThanOrEqual(sentBytes);
  expect(exit.totals.memory_peak_bytes).toMatchObject({ kind: 'measured' });
  expect(value(exit, 'memory_peak_bytes')).toBeGreaterThan(80 * 2 ** 20);
  expect(exit.totals.cycles?.reason ?? exit.totals.cycles?.source).toMatch(/seccomp|PMU|perf event/);
  expect(value(exit, 'wrapper_cpu_s')).toBeGreaterThan(0);
});

it('counts children that nobody waits for, and knows whether there were any', async () => {
  const children = (ignored: string) => `import os, signal, time
${ignored}
for _ in range(4):
    if os.fork() == 0:
        while time.process_time() < 0.25: pass
        os.write(1, ("%f\\n" % time.process_time()).encode())
        os._exit(0)
while True:
    try: os.wait()
    except ChildProcessError: break`;
  const lost = await inContainer(children('signal.signal(signal.SIGCHLD, signal.SIG_IGN)'));
  const saidS = lost.stdout.split('\n').reduce((sum, seconds) => sum + Number(seconds), 0);
  const countedS = value(lost.exit, 'cpu_user_s') + value(lost.exit, 'cpu_system_s');
  expect(saidS).toBeGreaterThan(1);
  expect(countedS).toBeGreaterThan(saidS * 0.99);
  expect(lost.exit.totals.page_faults_minor).toMatchObject({
    kind: 'measured',
    source: expect.stringContaining('memory.stat of the cgroup') as string,
  });
  expect(lost.exit.totals.io_written_bytes).toMatchObject({ kind: 'estimated' });
  expect(lost.exit.totals.context_switches_voluntary).toMatchObject({ kind: 'estimated' });
  const whole = await inContainer(children(''));
  for (const name of ['page_faults_minor', 'io_written_bytes', 'context_switches_voluntary'])
    expect(whole.exit.totals[name], name).toMatchObject({ kind: 'measured' });
});

it('a role that the kernel kills out of memory is reported as such', async () => {
  const { exit } = await inContainer('block = bytearray(b"x") * (300 << 20)', { memoryBytes: 64 << 20 });
  expect(exit).toMatchObject({
    signal: 'SIGKILL',
    reason: 'exited',
    message: 'the kernel killed a process of this role: out of memory',
  });
});

it('a killed wrapper ends its container, and its samples remain', async () => {
  const mark = `mark-${randomBytes(8).toString('hex')}`;
  const folder = roleFolder('');
  writeRole(folder, [
    'sh',
    '-c',
    `(setsid sh -c "trap : TERM; while :; do sleep 1; done; ${mark}" &) ; sleep 60`,
  ]);
  const id = await engine.create(containerOf(folder));
  await engine.start(id);
  await expect.poll(async () => (await processesWith(mark)).length, { timeout: 10_000 }).toBeGreaterThan(1);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const killedAtS = Number(process.hrtime.bigint()) / 1e9;
  execFileSync('docker', ['kill', '--signal', 'KILL', id]);
  await expect.poll(() => processesWith(mark), { timeout: 5000 }).toEqual([]);
  await engine.remove(id);
  const lines = new JsonLines(join(folder, 'samples.jsonl'), sampleRecord);
  const times: number[] = [];
  for await (const sample of lines) times.push(sample.monotonic_s);
  expect(lines.report).toMatchObject({ cut: false, brokenLines: 0 });
  expect(killedAtS - (times.at(-1) ?? 0)).toBeLessThan(0.02 + 0.25); // an interval, plus slack for a busy machine
});

it('a role that fails on a full disk says so, for its own words may be lost', () => {
  const folder = mkdtempSync(join(tmpdir(), 'collab-full-'));
  folders.push(folder);
  execFileSync('sh', ['-c', 'mount -t tmpfs -o size=1m collab-full "$0"', folder]);
  writeRole(folder, ['sh', '-c', 'head -c 4000000 /dev/zero > "$COLLAB_OUTPUTS/big"'], 'shared');
  expect(() =>
    execFileSync('python3', ['-B', join(wrapperFolder, 'wrapper.py'), folder], { stdio: 'pipe' }),
  ).toThrow();
  const { code, message } = exitOf(folder);
  expect({ code, message }).toEqual({
    code: 1,
    message: 'the disk of its device is full, so what it printed may be missing (0 bytes are free)',
  });
});

it('a role that fills the disk still has totals, and reports missing samples', () => {
  const folder = mkdtempSync(join(tmpdir(), 'collab-full-'));
  folders.push(folder);
  execFileSync('sh', ['-c', 'mount -t tmpfs -o size=1m collab-full "$0"', folder]);
  const fill = 'head -c 4000000 /dev/zero > "$COLLAB_OUTPUTS/big"; sleep 1; rm "$COLLAB_OUTPUTS/big"; exit 7';
  writeRole(folder, ['sh', '-c', fill], 'shared');
  try {
    execFileSync('python3', ['-B', join(wrapperFolder, 'wrapper.py'), folder], { stdio: 'pipe' });
    expect.unreachable();
  } catch (error) {
    expect((error as { status: number }).status).toBe(7);
  }
  const exit = exitOf(folder);
  expect(exit).toMatchObject({ code: 7, reason: 'exited' });
  expect(value(exit, 'wall_s')).toBeGreaterThan(0.6);
  const states = readFileSync(join(folder, 'state.jsonl'), 'utf8').trim().split('\n');
  const told = states.map((line) => JSON.parse(line) as { state: string; metric?: string; reason?: string });
  expect(told.find(({ metric }) => metric === 'cpu_percent')).toMatchObject({
    state: 'unavailable',
    reason: expect.stringContaining('No space left on device') as string,
  });
  const samples = readFileSync(join(folder, 'samples.jsonl'), 'utf8');
  // No partial line; none at all if the disk was full before the first.
  expect(samples).toMatch(/^(?:\{.*\}\n)*$/);
});
