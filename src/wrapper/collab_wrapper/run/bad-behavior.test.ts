import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  processesWith,
  runUnprivileged,
  runWrapper,
  startWrapper,
} from '../../../../tests/fixtures/run-wrapper.js';
import type { EndedWrapper } from '../../../../tests/fixtures/run-wrapper.js';
import { sampleRecord } from '../../../logs/records/role-records.js';
import { JsonLines } from '../../../logs/index.js';

const cpuS = ({ exit: { totals } }: EndedWrapper) =>
  (totals.cpu_user_s?.value ?? NaN) + (totals.cpu_system_s?.value ?? NaN);
const python = (code: string) => ['python3', '-c', code];

describe('a script that', () => {
  it('forks and exits leaves no process behind, and its children are counted', async () => {
    const mark = randomUUID();
    const code = `import os, time
if os.fork() == 0:
    while time.process_time() < 0.3: pass
    time.sleep(30); "${mark}"
time.sleep(0.9)`;
    const run = await runWrapper(python(code), { stop_grace_s: 1 });
    expect(run.exit).toMatchObject({ code: 0, reason: 'exited' });
    expect(cpuS(run)).toBeGreaterThan(0.25);
    expect(await processesWith(mark)).toEqual([]);
  });

  it('forks twice into its own session and ignores SIGTERM is found and killed', async () => {
    const mark = randomUUID();
    const code = `import os, signal, time
if os.fork() == 0:
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if os.fork() == 0:
        os.chdir("/"); os.closerange(0, 64)
        while True: time.sleep(1); "${mark}"
    os._exit(0)
os.wait(); print("gone"); time.sleep(0.3)`;
    const run = await runWrapper(python(code), { stop_grace_s: 0.5 });
    expect(run).toMatchObject({ code: 0, stdout: 'gone\n' });
    expect(await processesWith(mark)).toEqual([]);
  });

  it('is stopped with a process tree gets SIGTERM, then SIGKILL, and leaves nothing', async () => {
    const mark = randomUUID();
    const code = `import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for _ in range(3): os.fork()
while True: time.sleep(1); "${mark}"`;
    const wrapper = await startWrapper(python(code), { stop_grace_s: 0.6 });
    await wrapper.waitForState('started');
    await expect
      .poll(async () => (await processesWith(mark)).length, { timeout: 8000 })
      .toBeGreaterThanOrEqual(8);
    wrapper.kill('SIGTERM');
    const run = await wrapper.ended();
    expect(run.exit).toMatchObject({ signal: 'SIGKILL', reason: 'stopped' });
    expect(run.exit.message).toBeUndefined(); // nobody ran out of memory
    expect(await processesWith(mark)).toEqual([]);
  });

  it('writes 100 MB to stdout gets all of it on disk, and the wrapper stays small', async () => {
    const run = await startWrapper(['sh', '-c', 'head -c 100000000 /dev/zero']);
    const wrapper = await run.ended();
    expect((await stat(join(run.folder, 'stdout.log'))).size).toBe(100_000_000);
    expect(wrapper.exit.totals.wrapper_memory_peak_bytes?.value).toBeLessThan(30e6);
    expect(wrapper.exit.totals.io_written_bytes?.value).toBeGreaterThanOrEqual(100_000_000);
  });

  it('writes binary data without a newline to stderr gets it stored unchanged', async () => {
    const code = 'import os; os.write(2, bytes(range(256)) * 8); os.write(1, b"no end")';
    const run = await runWrapper(python(code), { ready: { log: 'no end' } });
    const stderr = await readFile(join(run.folder, 'stderr.log'));
    expect(
      stderr.equals(
        Buffer.concat(Array<Buffer>(8).fill(Buffer.from(Uint8Array.from({ length: 256 }, (_, at) => at)))),
      ),
    ).toBe(true);
    expect(run.stdout).toBe('no end');
    expect(run.states.map((line) => line.state)).toContain('ready');
  });

  it('closes its descriptors and changes directory is tracked as usual', async () => {
    const code = `import os, time
os.chdir("/"); os.closerange(0, 256)
while time.process_time() < 0.3: pass`;
    const run = await runWrapper(python(code));
    expect(run.exit).toMatchObject({ code: 0, reason: 'exited' });
    expect(cpuS(run)).toBeGreaterThan(0.25);
  });

  it("ignores SIGCHLD gets its children's CPU counted, as an estimate", async () => {
    const code = `import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _ in range(2):
    if os.fork() == 0:
        while time.process_time() < 0.5: pass
        os._exit(0)
try:
    # With SIGCHLD ignored, this returns when the last child has ended, and gives no usage.
    os.wait()
except ChildProcessError:
    pass`;
    const run = await runUnprivileged(python(code));
    const { cpu_user_s: user, cpu_system_s: system } = run.exit.totals;
    expect(user).toMatchObject({
      kind: 'estimated',
      source: expect.stringContaining('nobody waited for') as string,
    });
    expect((user?.value ?? 0) + (system?.value ?? 0)).toBeGreaterThan(0.6);
  });

  it('is killed with SIGKILL from outside is not reported as out of memory', async () => {
    const run = await runWrapper(['sh', '-c', 'kill -KILL $$']);
    expect(run.exit).toMatchObject({ code: null, signal: 'SIGKILL', reason: 'exited' });
    expect(run.exit.message).toBeUndefined();
  });
});

it('keeps the samples if the wrapper itself is killed, and loses at most the last interval', async () => {
  const wrapper = await startWrapper(['sleep', '30'], { sampling_s: 0.05 });
  await wrapper.waitForState('started');
  await new Promise((resolve) => setTimeout(resolve, 800));
  const killedAtS = Number(process.hrtime.bigint()) / 1e9;
  wrapper.kill('SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 200));
  const lines = new JsonLines(join(wrapper.folder, 'samples.jsonl'), sampleRecord);
  const times: number[] = [];
  for await (const sample of lines) times.push(sample.monotonic_s);
  expect(lines.report).toMatchObject({ cut: false, brokenLines: 0 });
  expect(times.length).toBeGreaterThan(5);
  expect(killedAtS - (times.at(-1) ?? 0)).toBeLessThan(0.05 + 0.25); // an interval, plus slack for a busy machine
});
