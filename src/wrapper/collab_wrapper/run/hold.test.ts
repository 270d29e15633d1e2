import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { readRole, roleFolderOf, wrapperFolder } from '../../../../tests/fixtures/run-wrapper.js';

interface Waiting {
  folder: string;
  wrapper: ChildProcess;
  ended: Promise<number | null>;
  /** Ends the pipe. */
  letGo: () => Promise<void>;
}

/** A wrapper that is up and waits. @param isHeld whether anybody has the pipe open */
async function waiting(role: object = {}, isHeld = true): Promise<Waiting> {
  const folder = await roleFolderOf(['sh', '-c', 'echo ran'], { hold: true, ...role });
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(folder, 'hold')]);
  const holder = spawn('sleep', ['60'], { stdio: 'ignore' });
  const pipe = join(folder, 'hold');
  const held = isHeld ? spawn('sh', ['-c', 'exec 3<>"$0"; read -r _', pipe]) : holder;
  if (isHeld) await until(async () => (await opened(held.pid)).includes(pipe));
  const wrapper = spawn('python3', ['-B', join(wrapperFolder, 'wrapper.py'), folder], { stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => wrapper.on('close', resolve));
  onTestFinished(async () => {
    for (const one of [holder, held, wrapper]) one.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });
  if (isHeld) await until(async () => (await opened(wrapper.pid)).includes(pipe));
  const letGo = async () => {
    held.kill('SIGKILL');
    await sleep(0);
  };
  return { folder, wrapper, ended, letGo };
}

/** The files that a process has open, as text. */
async function opened(pid = 0): Promise<string> {
  const folder = `/proc/${pid}/fd`;
  return (await Promise.all((await readdir(folder)).map((name) => readlink(join(folder, name))))).join('\n');
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1000; tries += 1) {
    if (await condition().catch(() => false)) return;
    await sleep(10);
  }
  throw new Error('it did not come to be');
}

const cpuTicks = async (pid = 0) => {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
};

test('a role that is held begins with the word, and its times with it', async () => {
  const { folder, wrapper, ended, letGo } = await waiting({ timeout_s: 5 });
  const ticks = await cpuTicks(wrapper.pid);
  await sleep(1000);
  expect((await readdir(folder)).sort()).toEqual(['hold', 'role.json']);
  expect(await cpuTicks(wrapper.pid)).toBeLessThanOrEqual(ticks + 1);
  const goS = Date.now() / 1000;
  await writeFile(join(folder, 'go'), '');
  await letGo();
  expect(await ended).toBe(0);
  const { exit, stdout, samples } = await readRole(folder);
  expect(stdout).toBe('ran\n');
  expect(exit.started_realtime_s).toBeGreaterThanOrEqual(goS);
  expect(exit.totals.wall_s?.value).toBeCloseTo(exit.ended_monotonic_s - exit.started_monotonic_s, 3);
  expect(samples[0]?.monotonic_s).toBeGreaterThanOrEqual(exit.started_monotonic_s);
  expect((await readdir(folder)).filter((name) => name === 'go' || name === 'hold')).toEqual([]);
});

test.each([
  ['nobody holds it any more', (one: Waiting) => one.letGo()],
  ['it is asked to stop', (one: Waiting) => Promise.resolve(void one.wrapper.kill('SIGTERM'))],
])('nothing of a role runs once %s', async (_, end) => {
  const one = await waiting();
  await end(one);
  expect(await one.ended).toBe(143);
  expect(await readdir(one.folder)).toEqual(['role.json']);
});

test('nothing of it runs if nobody held it, or its folder is gone', async () => {
  const { folder, ended } = await waiting({}, false);
  expect(await ended).toBe(143);
  expect(await readdir(folder)).toEqual(['role.json']);
  const gone = await waiting();
  await rm(gone.folder, { recursive: true });
  await gone.letGo();
  expect(await gone.ended).toBe(143);
  await expect(stat(gone.folder)).rejects.toThrow('ENOENT');
});
