import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { processesWith, runWrapper, startWrapper } from '../../../../tests/fixtures/run-wrapper.js';
import { startWarm } from '../../../../tests/fixtures/warm-wrapper.js';

const python = (code: string) => ['python3', '-c', code];
const shell = (code: string) => ['sh', '-c', code];
const text = (folder: string, name: string) => readFile(join(folder, name), 'utf8');

const busy = `import os, time
while time.process_time() < 0.4: pass
block = bytearray(b"x") * (80 << 20)
open(os.environ["COLLAB_OUTPUTS"] + "/x", "wb").write(block[:9 << 20])
print(os.environ["COLLAB_TRIAL"], os.getcwd())`;

describe('prepare and finalize', () => {
  it('run before and after the command, in its folder and environment, and are not measured', async () => {
    const run = await runWrapper(shell('pwd; echo $COLLAB_TRIAL'), {
      prepare: python(busy),
      finalize: python(busy),
      trial: 5,
      directory: '/',
    });
    expect(run.stdout).toBe('/\n5\n');
    expect([await text(run.folder, 'prepare.log'), await text(run.folder, 'finalize.log')]).toEqual([
      '5 /\n',
      '5 /\n',
    ]);
    const { totals, files, ended_monotonic_s: to, started_monotonic_s: from } = run.exit;
    expect(to - from).toBeLessThan(0.4);
    expect((totals.cpu_user_s?.value ?? 9) + (totals.cpu_system_s?.value ?? 9)).toBeLessThan(0.2);
    expect(totals.io_written_bytes?.value).toBeLessThan(1 << 20);
    expect(totals.memory_peak_process_bytes?.value).toBeLessThan(60 * 2 ** 20);
    expect(totals.page_faults_minor?.value).toBeLessThan(5000);
    expect(run.exit.device_load?.role_cpu_s).toBeLessThan(0.2);
    expect(files).toMatchObject({ 'prepare.log': { lines: 1 }, 'finalize.log': { lines: 1 } });
    expect(run.exit).toMatchObject({ code: 0, reason: 'exited' });
    expect(run.exit).not.toHaveProperty('finalize_failed');
  });

  it.each([
    ['fails', shell('echo no tmpfs >&2; exit 3'), {}, 'prepare exited with code 3'],
    ['is killed', shell('kill -9 $$'), {}, 'prepare was ended by SIGKILL'],
    [
      'does not exist',
      ['no-such-program-here'],
      {},
      'prepare could not be started: no-such-program-here: No such file or directory',
    ],
    ['takes too long', ['sleep', '30'], { timeout_s: 0.3 }, 'prepare did not end in time'],
  ])('a prepare that %s keeps the command from starting', async (_, prepare, more, message) => {
    const run = await runWrapper(shell('touch started'), { prepare, ...more });
    expect(run).toMatchObject({ code: 127, stdout: '' });
    expect(run.exit).toMatchObject({ code: null, signal: null, reason: 'prepare-failed', message });
    expect(run.exit.totals.wall_s).toMatchObject({ value: null, kind: 'unavailable' });
  });

  it('what prepare leaves running is ended before the command starts', async () => {
    const seconds = `31.${String(process.hrtime.bigint())}`;
    const run = await runWrapper(shell(`pgrep -f 'sleep ${seconds}' || echo none`), {
      prepare: shell(`sleep ${seconds} & exit 0`),
    });
    expect(run.exit).toMatchObject({ code: 0 });
    expect(await processesWith(`sleep\0${seconds}`)).toEqual([]);
  });

  it('finalize runs after a failure and after a stop, within the grace period, and its failure is said', async () => {
    const failed = await runWrapper(shell('exit 7'), { finalize: shell('echo tidied; exit 4') });
    expect(failed.exit).toMatchObject({ code: 7, finalize_failed: 'finalize exited with code 4' });
    expect(await text(failed.folder, 'finalize.log')).toBe('tidied\n');

    const stopped = await startWrapper(['sleep', '30'], { finalize: ['sleep', '30'], stop_grace_s: 0.5 });
    await stopped.waitForState('ready');
    stopped.kill('SIGTERM');
    const began = Date.now();
    const { exit } = await stopped.ended();
    expect(exit).toMatchObject({ reason: 'stopped', finalize_failed: 'finalize did not end in time' });
    expect(Date.now() - began).toBeLessThan(5000);
  });

  it('a stop during prepare ends it, and neither command nor finalize runs', async () => {
    const wrapper = await startWrapper(['true'], { prepare: ['sleep', '30'], finalize: ['true'] });
    await expect.poll(() => existsSync(join(wrapper.folder, 'prepare.log'))).toBe(true);
    wrapper.kill('SIGTERM');
    const { exit, code } = await wrapper.ended();
    expect([code, exit.reason]).toEqual([128 + 15, 'stopped']);
    expect(existsSync(join(wrapper.folder, 'finalize.log'))).toBe(false);
  });

  it('of a role that stays for the run, each runs once, around all of its trials', async () => {
    const warm = await startWarm('import collab\nfor trial in collab.trials(): print(trial.number)', {
      prepare: shell('echo prepared'),
      finalize: shell('cat "$COLLAB_WARM/stdout.log"; exit 2'),
    });
    await warm.trial(1);
    await warm.orderTrial(2);
    await warm.trial(2);
    await warm.order('end');
    const { exit, folder } = await warm.ended();
    expect(exit).toMatchObject({ code: 0, finalize_failed: 'finalize exited with code 2' });
    expect(await text(folder, 'prepare.log')).toBe('prepared\n');
    expect(await text(folder, 'finalize.log')).toBe('1\n2\n');
    expect(existsSync(join(folder, '1/prepare.log'))).toBe(false);
  });
});
