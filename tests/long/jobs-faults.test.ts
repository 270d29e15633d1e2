import { createHash } from 'node:crypto';
import { cpSync, createReadStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { program, TestWorkspace } from '../e2e/workspace.js';
import { JobKills } from './job-kills.js';

/** Faults and bad input of jobs, on a fleet of four devices of a Lab of its own, through the built command. */
const lab = 'jobfault';
const workspace = TestWorkspace.make();
const keepers = ['edge1', 'edge2', 'edge3'];
const devices = [...keepers, 'edge4'];
const addresses = new Map<string, string>();
const result = <T>(...args: string[]) => workspace.result<T>(...args);
const at = (name: string) => join(workspace.folder, name);
const pause = (seconds: number) => new Promise<void>((done) => setTimeout(done, seconds * 1000));
const kills = new JobKills(lab, pause);
/** Also for the delivery of an image, on a PC that is busy. */
const soon = { timeout: 400_000, interval: 1000 };
const oneOf = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)] as T;

interface Task {
  task: number;
  state: string;
  ends: { attempt: number; member: string; outcome: string; reason: string | null; last_lines: string }[];
}
interface Job {
  id: string;
  state: string;
  counts: Record<string, number>;
  task_list: Task[];
}
const show = (id: string) => result<Job>('job', 'show', id);
/** @returns the job's id */
async function submit(...args: string[]): Promise<string> {
  const ended = await workspace.collab('job', 'submit', 'work', '--json', ...args);
  expect(ended.code, ended.stderr).toBe(0);
  return (JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '') as { id: string }).id;
}

/** Runs one task once. */
async function runOnce(...command: string[]) {
  const ended = await workspace.collab(
    'job',
    'submit',
    'work',
    '--attempts',
    '1',
    '--wait',
    '--',
    ...command,
  );
  return { ...ended, of: (await result<{ jobs: Job[] }>('job', 'list')).jobs[0]?.id ?? '' };
}

/** Containers of tasks that are on any device. */
const left = async () =>
  (
    await Promise.all(
      devices.map((one) => kills.on(one, `docker ps -aq --filter label=collab.tasks-of=${lab}`)),
    )
  ).join('');

beforeAll(async () => {
  await result('lab', 'up', '--name', lab, '--devices', '4');
  const key = `.collab/lab/${lab}/id_ed25519`;
  await result('setup', '--lan', lab, '--interface', `collab-${lab}`, '--expect', '4', '--key', key, '--yes');
  await result('fleet', 'up', '--keepers', keepers.join(','), '--yes');
  const { members } = await result<{ members: { name: string; address: string }[] }>('fleet', 'members');
  for (const { name, address } of members) addresses.set(name, address.replace(/:\d+$/, ''));
  mkdirSync(at('work'));
  writeFileSync(at('work/hog.py'), 'kept = []\nwhile True:\n    kept.append(b"x" * 10_000_000)\n');
  writeFileSync(
    at('work/task.sh'),
    'token=$(cat /proc/sys/kernel/random/uuid)\necho "$1 $token" | tee "$COLLAB_OUTPUTS/token"\nsleep 2\n',
  );
  cpSync(join(import.meta.dirname, 'job-attacks.py'), at('work/job-attacks.py'));
});
afterAll(() => workspace.collab('lab', 'down', '--name', lab));

it('30 kills over a job of 200 tasks: the result of each task counts once', async () => {
  const options = '--count 200 --attempts 20 --name killed --wait'.split(' ');
  const submitted = workspace.start('job', 'submit', 'work', ...options, '--', 'sh', './task.sh', '{task}');
  const running = async () => (await workspace.collab('job', 'show', 'killed', '--json')).stdout;
  await expect.poll(running, soon).toMatch(/"done":[1-9]/);
  kills.note('controller (submit --wait)', 'this PC');
  submitted.kill('SIGKILL');
  let following = workspace.start('job', 'logs', 'killed', '--follow');
  const leader = async () =>
    (await result<{ store: { leader: string | null } | null }>('fleet', 'status')).store?.leader ??
    oneOf(keepers);
  const acts = [
    () => kills.agent(oneOf(devices)),
    () => kills.member(oneOf(devices)),
    () => kills.task(devices),
    () => kills.server(oneOf(keepers)),
    async () => kills.agent(await leader().catch(() => oneOf(keepers)), 'agent that leads'),
    () => kills.engine(devices),
    () => {
      kills.note('controller (logs --follow)', 'this PC');
      following.kill('SIGKILL');
      following = workspace.start('job', 'logs', 'killed', '--follow');
      return Promise.resolve();
    },
  ];
  for (let count = 1; count < 30; count += 1) {
    await pause(Math.random() * 4);
    await acts[count % acts.length]?.();
  }
  const doneMidway = (await show('killed')).counts.done ?? 0;
  await expect.poll(running, { timeout: 2_700_000, interval: 3000 }).toContain('"state":"done","counts"');
  following.kill('SIGKILL');
  const { id, counts, task_list: tasks } = await show('killed');
  const became = ({ task, attempt }: { task: number; attempt: number }) =>
    tasks[task]?.ends.find((end) => end.attempt === attempt)?.outcome ?? 'no end';
  console.log(`${kills.toString(became)}\n${doneMidway} of 200 tasks were done after the last kill`);
  expect(kills.table).toHaveLength(30);
  expect(doneMidway).toBeLessThan(200);
  // Each kill of a task or an engine met tasks that ran. One may have been about to end.
  const met = (what: string) =>
    kills.table.filter(({ killed }) => killed === what).flatMap((row) => row.tasks.map(became));
  for (const what of ['task', 'engine']) {
    expect(met(what).length, what).toBeGreaterThanOrEqual(4);
    expect(
      met(what).some((outcome) => outcome !== 'done'),
      what,
    ).toBe(true);
    expect(met(what), what).not.toContain('no end');
  }

  expect(counts).toEqual({ queued: 0, running: 0, done: 200, failed: 0, cancelled: 0 });
  for (const { task, state, ends } of tasks) {
    expect(state, `task ${task}`).toBe('done');
    expect(
      ends.filter(({ outcome }) => outcome === 'done'),
      `task ${task}`,
    ).toHaveLength(1);
  }
  console.log(`${tasks.flatMap(({ ends }) => ends).length} attempts at 200 tasks`);
  const printed = (await workspace.collab('job', 'logs', id)).stdout.trim().split('\n');
  expect(printed.filter((_, line) => line % 2 === 0)).toEqual(
    tasks.map(({ task }) => `--- task ${task}, done ---`),
  );
  const logs = printed.filter((_, line) => line % 2 === 1);
  expect(logs.map((line) => Number(line.split(' ')[0]))).toEqual(tasks.map(({ task }) => task));
  const { folder } = await result<{ folder: string }>('job', 'output', id);
  for (const { task, ends } of tasks) {
    const { attempt = 1 } = ends.find(({ outcome }) => outcome === 'done') ?? {};
    const trial = attempt === 1 ? `${task + 1}` : `${task + 1}.${attempt}`;
    const token = readFileSync(join(folder, 'trials', trial, 'task-0/outputs/token'), 'utf8').trim();
    expect(token, `task ${task}`).toBe(logs[task]);
  }
  expect(new Set(logs.map((line) => line.split(' ')[1])).size).toBe(200);
  await expect.poll(left, soon).toBe('');
  const alive = async () =>
    (await result<{ members: { state: string }[] }>('fleet', 'members')).members.filter(
      ({ state }) => state === 'alive',
    ).length;
  await expect.poll(alive, soon).toBe(4);
}, 4_200_000);

it('a task that fails says why', async () => {
  const missing = await runOnce('no-such-program');
  expect(missing.code).toBe(3);
  expect(missing.stderr).toContain(
    'its command could not be started: no-such-program: No such file or directory',
  );
  const code = await runOnce('sh', '-c', 'echo the reason >&2; exit 7');
  expect(code.stderr).toMatch(/it exited with code 7\n\s+the reason/);
  const signal = await runOnce('sh', '-c', 'kill -SEGV $$');
  expect(signal.stderr).toContain('it was ended by SIGSEGV');
  const hog = await runOnce('python3', 'hog.py');
  expect(hog.stderr).toContain('out of memory');
  // A hole in the file, so that the test needs no disk.
  const print = 'import os, time; os.write(1, b"first\\n"); os.ftruncate(1, 1001000000); time.sleep(600)';
  const loud = await runOnce('python3', '-c', print);
  expect(loud.stderr).toContain('it printed more than 1 GB to standard output and error');
  const kept = readFileSync(
    join((await result<{ folder: string }>('job', 'output', loud.of)).folder, 'trials/1/task-0/stdout.log'),
  );
  expect(kept.length).toBe(10_000_000);
  expect(kept.subarray(0, 6).toString()).toBe('first\n');
  const child = await runOnce('sh', '-c', 'python3 hog.py; exit 3');
  expect(child.stderr).toMatch(/it exited with code 3: .*out of memory/);
});

it('what a task leaves running ends with it', async () => {
  const ended = await runOnce('sh', '-c', 'setsid nohup sleep 4242 >/dev/null 2>&1 & echo started');
  expect(ended.stdout).toBe('started\n');
  await expect.poll(left, soon).toBe('');
  for (const device of devices) expect(await kills.on(device, 'pgrep -fx "sleep 4242"'), device).toBe('');
});

it('100 MB of standard output and 2 GB of outputs come back whole, and the agents stay small', async () => {
  const peaks = async () =>
    Promise.all(
      devices.map(async (one) =>
        Number(
          await kills.on(one, 'sed -n "s/VmHWM:[^0-9]*\\([0-9]*\\) kB/\\1/p" /proc/$(pgrep -ox node)/status'),
        ),
      ),
    );
  const line = '0123456789abcdefghijklmnopqrstuvwxyz';
  const loud = await submit('--', 'sh', '-c', `yes ${line} | head -c 99999989`);
  const logs = workspace.start('job', 'logs', loud, '--follow');
  const hash = createHash('sha256');
  let bytes = 0;
  logs.stdout?.on('data', (piece: Buffer) => {
    bytes += piece.length;
    hash.update(piece);
  });
  expect(await new Promise((done) => logs.once('close', done))).toBe(0);
  expect(bytes).toBe(99_999_989);
  expect(hash.digest('hex')).toBe(
    createHash('sha256')
      .update(`${line}\n`.repeat(Math.ceil(99_999_989 / 37)).slice(0, 99_999_989))
      .digest('hex'),
  );

  const script = 'head -c 2000000000 /dev/urandom >"$COLLAB_OUTPUTS/big"; sha256sum <"$COLLAB_OUTPUTS/big"';
  const big = await runOnce('sh', '-c', script);
  expect(big.code, big.stderr).toBe(0);
  await result('job', 'output', big.of, 'big');
  const came = createHash('sha256');
  for await (const piece of createReadStream(at('big/trials/1/task-0/outputs/big')))
    came.update(piece as Buffer);
  expect(`${came.digest('hex')}  -\n`).toBe(big.stdout);
  const all = await peaks();
  console.log(`most memory of the agents: ${all.map((kb) => Math.round(kb / 1024)).join(', ')} MiB`);
  for (const kb of all) expect(kb).toBeLessThan(256 * 1024);
});

it('with the disk of a worker full, its task runs elsewhere, and others go on', async () => {
  const runs = `/var/lib/docker/volumes/collab-fleet-${lab}/_data/.collab/runs`;
  await kills.on(
    'edge4',
    `mkdir -p ${runs}; mount -t tmpfs -o size=1m small ${runs}; chown 7946:7946 ${runs}`,
  );
  const member = `collab-fleet-${lab}`;
  // It sees what is mounted there when it starts.
  await kills.on('edge4', `docker restart ${member}; head -c 1M /dev/zero >${runs}/junk; true`);
  try {
    const workers = async () => (await result<{ workers: unknown[] }>('job', 'assignments')).workers.length;
    await expect.poll(workers, soon).toBe(4);
    const id = await submit('--count', '40', '--wait', '--', 'sh', './task.sh', '{task}');
    const { counts, task_list: tasks } = await show(id);
    expect(counts.done).toBe(40);
    const failures = tasks.flatMap(({ ends }) => ends.filter(({ outcome }) => outcome === 'failed'));
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.length).toBeLessThan(5); // then it asks for no more
    console.log(
      `${failures.length} attempts failed: ${[...new Set(failures.map((one) => one.reason))].join('; ')}`,
    );
    for (const { reason } of failures) expect(reason).toMatch(/no space left|disk .*full/i);
  } finally {
    await kills.on('edge4', `docker stop ${member}; umount ${runs}; docker start ${member}`);
  }
});

it('a task cannot reach the engine, the credentials, files of others, or the broker', async () => {
  mkdirSync(at('secret'));
  writeFileSync(at('secret/key'), 'hidden');
  await result('store', 'put', 'secret/key', 'private/key');
  const other = await submit('--wait', '--', 'true');
  const targets = ['edge1', 'edge4'].map((name) => addresses.get(name) ?? '').join(',');
  const tried = await runOnce(
    'python3',
    'job-attacks.py',
    'private/key',
    `jobs/${other}/files/task.sh`,
    targets,
  );
  expect(tried.code, tried.stderr).toBe(0);
  const attempts = tried.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; got: string | null; why: string | null });
  console.log(attempts.map(({ name, why }) => `${name}: ${why ?? 'allowed'}`).join('\n'));
  expect(attempts.length).toBeGreaterThan(80);
  expect(attempts.filter(({ got }) => got !== null).map(({ name }) => name)).toEqual([
    'allowed: list shared files',
    'allowed: reach the port of a member',
  ]);
  // The agent does not read for it either.
  const scripts = [
    'ln -sf /state/agent/broker.seed /collab/stderr.log; ln -sf /state/agent/broker.seed /collab/stdout.log',
    'rm -r "$COLLAB_OUTPUTS"; ln -s /state/agent "$COLLAB_OUTPUTS"',
    'ln -s /state/agent/broker.seed "$COLLAB_OUTPUTS/seed"',
    'ln -s ../../../../../../agent/broker.seed "$COLLAB_OUTPUTS/seed"',
    'rm /collab/stderr.log; mkfifo /collab/stderr.log',
  ];
  for (const script of scripts) {
    const { code, of } = await runOnce('sh', '-c', `${script}; exit 1`);
    expect(code, script).toBe(3);
    const folder = (await result<{ folder: string }>('job', 'output', of)).folder;
    expect(JSON.stringify(await show(of)), script).not.toMatch(/SU[A-Z2-7]{50}/);
    const { stdout } = await program('grep', '-rlE', 'SU[A-Z2-7]{50}', folder);
    expect(stdout, script).toBe('');
  }
});
