import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../../../tests/fixtures/free-port.js';
import { type EndedRole, processesWith, runWrapper } from '../../../../tests/fixtures/run-wrapper.js';
import { runTrials, startWarm } from '../../../../tests/fixtures/warm-wrapper.js';

const value = (role: EndedRole, total: string) => role.exit.totals[total]?.value ?? Number.NaN;
const told = (role: Pick<EndedRole, 'states'>) =>
  role.states.filter(({ metric }) => metric === undefined).map(({ state }) => state);

describe('a role that stays for the run', () => {
  it('has each trial in its own folder: rows, spans, output, parameters, totals', async () => {
    const warm = await startWarm(`import collab, os, time
print("loaded")
collab.record(setup=1)
from collab import parameters
def work(n):  # n * 0.1 s of CPU, n MiB to disk, n * 20 MiB of memory
    end = time.process_time() + n * 0.1
    while time.process_time() < end: pass
    with open(os.environ["COLLAB_READY"] + ".data", "wb") as file: file.write(b"x" * (n << 20))
    block = bytearray(b"x") * (n * 20 << 20)
for trial in collab.trials():
    print("trial", trial.number, trial.attempt, trial.repeat, trial.warmup)
    with collab.span("work", n=trial.number): work(trial.parameters["n"])
    collab.record(n=collab.parameter("n"), kept=parameters["n"], folder=str(collab.outputs))
print("done")`);
    const trials = [await warm.trial(1)];
    await warm.orderTrial(2);
    trials.push(await warm.trial(2));
    await warm.orderTrial(3, { attempt: 2, warmup: true });
    trials.push(await warm.trial('3.2'));
    await warm.order('end');
    const { stdout, exit, states, code } = await warm.ended();
    expect([code, exit.code, exit.reason]).toEqual([0, 0, 'exited']);
    expect(stdout).toBe('loaded\ntrial 1 1 0 False\ntrial 2 1 2 False\ntrial 3 2 3 True\ndone\n');
    expect(told({ states })).toEqual(['started', 'exited']);
    for (const [index, trial] of trials.entries()) {
      const n = index + 1;
      expect(trial.stdout).toBe(
        `trial ${n} ${n === 3 ? 2 : 1} ${n === 1 ? 0 : n} ${n === 3 ? 'True' : 'False'}\n`,
      );
      expect(trial.results).toMatchObject([{ n, kept: n, folder: join(trial.folder, 'outputs') }]);
      expect(JSON.parse(await readFile(join(trial.folder, 'spans.jsonl'), 'utf8'))).toMatchObject({ n });
      expect(trial.exit).toMatchObject({
        code: 0,
        signal: null,
        reason: 'exited',
        parameters_read: { n: ['module'] },
      });
      expect(told(trial)).toEqual(['started', 'ready', 'exited']);
      expect(value(trial, 'cpu_user_s') + value(trial, 'cpu_system_s')).toBeGreaterThan(n * 0.1 - 0.011);
      expect(value(trial, 'cpu_user_s') + value(trial, 'cpu_system_s')).toBeLessThan(n * 0.1 + 0.25);
      expect(value(trial, 'io_written_bytes')).toBeGreaterThanOrEqual(n << 20);
      expect(value(trial, 'io_written_bytes')).toBeLessThan((n << 20) + 65_536);
      expect(value(trial, 'memory_peak_process_bytes')).toBeGreaterThan(n * 20 * 2 ** 20);
      expect(value(trial, 'memory_peak_process_bytes')).toBeLessThan((n * 20 + 40) * 2 ** 20);
      expect(trial.exit.totals.context_switches_voluntary?.kind).toBe('estimated');
      expect(trial.samples.length).toBeGreaterThan(1);
      const wallS = trial.exit.ended_monotonic_s - trial.exit.started_monotonic_s;
      expect(value(trial, 'wall_s')).toBeCloseTo(wallS, 4);
      expect(trial.processes.length).toBeGreaterThan(0);
    }
    const [first, second] = trials;
    expect(second?.exit.started_monotonic_s).toBeGreaterThanOrEqual(
      first?.exit.ended_monotonic_s ?? Infinity,
    );
    const between = await readFile(join(warm.folder, 'results.jsonl'), 'utf8');
    expect(JSON.parse(between)).toMatchObject({ setup: 1 });
  });

  it('puts rows of threads, forked and started processes into the trial that runs', async () => {
    const warm = await startWarm(`import collab, multiprocessing, os, subprocess, sys, threading, time
stop, ask, answer = threading.Event(), multiprocessing.Queue(), multiprocessing.Queue()
def forked():  # lives through all trials, like a worker of a data loader
    while True:
        n = ask.get()
        if n is None: return
        collab.record(who="forked", n=collab.parameter("n"), asked=n)
        answer.put(n)
def thread():
    while not stop.is_set():
        collab.record(who="thread")
        time.sleep(0.002)
worker = multiprocessing.get_context("fork").Process(target=forked); worker.start()
for trial in collab.trials():
    if trial.number == 1: one = threading.Thread(target=thread); one.start()
    ask.put(trial.number); answer.get()
    subprocess.check_call([sys.executable, "-c", 'import collab; collab.record(who="started", n=collab.parameter("n"))'])
    if os.fork() == 0:
        collab.record(who="child", n=collab.parameters["n"])
        os._exit(0)
    os.wait(); time.sleep(0.05)
stop.set(); one.join(); ask.put(None); worker.join()`);
    const { trials, stderr } = await runTrials(warm, 3);
    for (const [index, trial] of trials.entries()) {
      const of = (who: string) => trial.results.filter((row) => row.who === who);
      const n = index + 1;
      expect(of('forked')).toMatchObject([{ n, asked: n }]);
      expect(of('started')).toMatchObject([{ n }]);
      expect(of('child')).toMatchObject([{ n }]);
      expect(of('thread').length).toBeGreaterThan(10);
      const { started_monotonic_s: from, ended_monotonic_s: to, files } = trial.exit;
      for (const row of trial.results) {
        expect(row.monotonic_s).toBeGreaterThanOrEqual(from - 0.1);
        expect(row.monotonic_s).toBeLessThan(to + 0.1);
      }
      expect(files?.['results.jsonl']?.lines).toBe(trial.results.length);
    }
    expect(stderr).toContain('collab: no trial runs, so a row or span belongs to none; it is in ');
  });

  it('ends the trial of a service when the controller says so, and it is ready when it asks again', async () => {
    const warm = await startWarm(
      `import collab, threading, time
def serve():
    while True: collab.record(n=collab.parameter("n")); time.sleep(0.005)
threading.Thread(target=serve, daemon=True).start()
for trial in collab.trials():
    if trial.number == 1: collab.ready()
    if trial.number == 3:
        while not trial.over: time.sleep(0.005)`,
      { service: true, ready: { helper: true } },
    );
    for (const trial of [1, 2, 3]) {
      if (trial > 1) await warm.orderTrial(trial);
      await warm.says(`${trial}/results.jsonl`, `"n":${trial}`);
      if (trial < 3) await warm.says(`${trial}/state.jsonl`, '"ready"');
      await warm.order('finish');
      const ended = await warm.trial(trial);
      expect(ended.exit).toMatchObject({ code: 0, reason: 'exited' });
      // The thread may have read its parameter before the border of two trials, and recorded it after.
      expect(ended.results.slice(1).filter(({ n }) => n !== trial)).toEqual([]);
      expect(told(ended)).toEqual(trial === 3 ? ['started', 'exited'] : ['started', 'ready', 'exited']);
    }
    await warm.order('end');
    expect((await warm.ended()).exit).toMatchObject({ code: 0, reason: 'exited' });
  });

  it('that dies in a trial leaves its exit there, and one that dies between trials in its own folder', async () => {
    const inTrial = await startWarm(`import collab, os
for trial in collab.trials():
    if trial.number == 2: os.kill(os.getpid(), 11)`);
    await inTrial.trial(1);
    await inTrial.orderTrial(2);
    expect((await inTrial.trial(2)).exit).toMatchObject({ code: null, signal: 'SIGSEGV', reason: 'exited' });
    const died = await inTrial.ended();
    expect([died.code, died.exit.signal, died.exit.message]).toEqual([128 + 11, 'SIGSEGV', undefined]);
    const { exit } = await inTrial.trial(2);
    expect(exit.totals.context_switches_voluntary).toMatchObject({ kind: 'unavailable' });
    expect(exit.totals.memory_peak_process_bytes).toMatchObject({ kind: 'unavailable' });
    expect(exit.totals.cpu_user_s?.value).toBeLessThan(0.5);

    const between = await startWarm(`import collab, sys
for trial in collab.trials(): break
next(iter(collab.trials()), None)
sys.exit(3)`);
    await between.trial(1);
    await between.orderTrial(2);
    const second = await between.trial(2); // it ran to the end of the process
    expect(second.exit).toMatchObject({ code: 3 });

    const never = await startWarm('import sys; sys.exit(4)');
    const { exit: why } = await never.ended();
    expect(why).toMatchObject({
      code: 4,
      message: 'the command never asked for a trial: its code must loop over collab.trials()',
    });
  });

  it('is stopped in a trial, ends at its timeout there, and is not timed between trials', async () => {
    const loop =
      'import collab, time\nfor trial in collab.trials():\n    while trial.number == 2: time.sleep(0.01)';
    const stopped = await startWarm(loop);
    await stopped.trial(1);
    await stopped.orderTrial(2);
    await stopped.says('2/state.jsonl', '"ready"');
    stopped.kill('SIGTERM');
    const end = await stopped.ended();
    expect(end.exit).toMatchObject({ signal: 'SIGTERM', reason: 'stopped' });
    const trial = await stopped.trial(2);
    expect(trial.exit).toMatchObject({ code: null, signal: 'SIGTERM', reason: 'stopped' });
    expect(told(trial)).toEqual(['started', 'ready', 'stopping', 'exited']);

    const late = await startWarm(loop, { timeout_s: 0.6 });
    await late.trial(1);
    await sleep(1000);
    await late.orderTrial(2);
    const { exit } = await late.trial(2);
    expect(exit).toMatchObject({ signal: 'SIGTERM', reason: 'timeout' });
    expect(exit.totals.wall_s?.value).toBeGreaterThanOrEqual(0.6);
    expect(await late.ended()).toMatchObject({ code: 124, exit: { reason: 'timeout' } });

    const hung = await startWarm('import time\ntime.sleep(30)', { timeout_s: 0.5 });
    expect(await hung.ended()).toMatchObject({ code: 124, exit: { reason: 'timeout' } });
  });

  it('goes through 200 trials quickly, without more files, memory or processes', async () => {
    const warm = await startWarm(
      'import collab, os\nfor trial in collab.trials(): collab.record(fds=len(os.listdir("/proc/self/fd")))',
    );
    const openFiles = () => readdir(`/proc/${warm.pid}/fd`);
    const residentKb = async () =>
      Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${warm.pid}/status`, 'utf8'))?.[1]);
    await warm.trial(1);
    let files = 0;
    let kb = 0;
    const fds = new Set<unknown>();
    for (let trial = 2; trial <= 200; trial++) {
      await warm.orderTrial(trial);
      fds.add((await warm.trial(trial)).results[0]?.fds);
      if (trial === 20) [files, kb] = [(await openFiles()).length, await residentKb()];
    }
    expect((await openFiles()).length).toBe(files);
    expect(await residentKb()).toBeLessThan(kb + 2000);
    expect(fds.size).toBeLessThanOrEqual(2);
    await warm.order('end');
    expect((await warm.ended()).code).toBe(0);
    expect(await processesWith(warm.folder)).toEqual([]);
  }, 60_000);

  it('meets the others at a barrier of the same trial, also if theirs began earlier', async () => {
    const port = await freePort();
    const peers = ['client', 'server'].map((role) => ({ role, rank: 0, host: '127.0.0.1', ports: {} }));
    const at = (trial: number, listen: string | null) => ({
      meeting: { host: '127.0.0.1', port, key: `run/${trial}`, listen },
    });
    const code = `import collab
for trial in collab.trials(): collab.record(waited=collab.barrier("go", timeout_s=10), who=collab.role)`;
    const server = await startWarm(code, { role: 'server', peers, ...at(1, '127.0.0.1') });
    const client = await startWarm(code, { peers, ...at(1, null) });
    for (const trial of [1, 2, 3]) {
      if (trial > 1) {
        await client.orderTrial(trial, at(trial, null));
        await client.says(`${trial}/state.jsonl`, 'ready');
        await sleep(100);
        await server.orderTrial(trial, at(trial, '127.0.0.1'));
      }
      const [early] = (await client.trial(trial)).results;
      expect(early?.who).toBe('client');
      if (trial > 1) expect(early?.waited).toBeGreaterThan(0.09);
      expect((await server.trial(trial)).results).toHaveLength(1);
    }
    for (const warm of [client, server]) {
      await warm.order('end');
      expect((await warm.ended()).code).toBe(0);
    }
  });

  it('counts a parameter as read while its value is the one that the code read', async () => {
    const warm = await startWarm(
      `import collab
model = collab.parameter("model")
for trial in collab.trials():
    if trial.number == 1: collab.parameter("split"), trial.parameters["codec"]`,
      { parameters: { model: 'vgg', split: 1, codec: 'raw', unused: 1 } },
    );
    const reads = async (trial: number) => (await warm.trial(trial)).exit.parameters_read;
    const module = ['module'];
    expect(await reads(1)).toEqual({ model: module, split: module, codec: module });
    await warm.orderTrial(2, { parameters: { model: 'vgg', split: 2, codec: 'raw', unused: 1 } });
    expect(await reads(2)).toEqual({ model: module, codec: module });
    await warm.orderTrial(3, { parameters: { model: 'alexnet', split: 1, codec: 'raw', unused: 1 } });
    expect(await reads(3)).toEqual({ split: module, codec: module });
  });

  it('lets one process of the role ask', async () => {
    const warm = await startWarm(`import collab, os, subprocess, sys
ask = "import collab\\nfor trial in collab.trials(): pass"
for trial in collab.trials():
    print(subprocess.call([sys.executable, "-c", ask]))`);
    const { trials } = await runTrials(warm, 1);
    expect(trials[0]?.stdout).toBe('1\n');
    expect(trials[0]?.stderr).toContain(
      'CollabError: another process of this role asks for its trials already',
    );
  });
});

it('without the wrapper, and in a role that is started for each trial, there is one trial', async () => {
  const code = `import collab
for trial in collab.trials(): print(trial.number, trial.attempt, trial.repeat, trial.warmup, dict(trial.parameters), trial.over)`;
  const role = { trial: 7, attempt: 2, repeat: 3, warmup: true, parameters: { n: 5 } };
  const cold = await runWrapper(['python3', '-c', code], role);
  expect(cold.stdout).toBe("7 2 3 True {'n': 5} False\n");
  expect(cold.exit.parameters_read).toEqual({ n: ['module'] });
});
