import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openBrowser, openPage, ServedDashboard, violations } from '../dashboard-bed.js';
import { localMembers, localPid, localResult, localWords } from '../local-fleet.js';
import { TestWorkspace } from '../workspace.js';

/** Members that get no tasks, on a fleet of three processes on this machine: through the built command, and on the page. */
const workspace = TestWorkspace.make();
const at = (...path: string[]) => join(workspace.folder, ...path);
const within = { timeout: 60_000, interval: 500 };

const collab = (...words: string[]) => workspace.collab(...localWords(words));
const result = <T>(...words: string[]) => localResult<T>(workspace, ...words);

interface Job {
  id: string;
  state: string;
  waits_for: string | null;
  counts: Record<string, number>;
  task_list: {
    task: number;
    state: string;
    member: string | null;
    ends: { attempt: number; member: string; outcome: string }[];
  }[];
}
const show = (wanted: string) => result<Job>('job', 'show', wanted);
const stateOf = async (wanted: string) => (await show(wanted)).state;
const idOf = (name: string) => localMembers(workspace).find((one) => one.name === name)?.id ?? '';
const drainedNames = async () => {
  const { members } = await result<{ members: { name: string; drained: boolean | null }[] }>(
    'fleet',
    'members',
  );
  return members.filter(({ drained }) => drained === true).map(({ name }) => name);
};

/** A job whose tasks end when they are released. */
async function submit(name: string, count: number, ...flags: string[]) {
  mkdirSync(at(name));
  const script = `while [ ! -e '${at(name)}/{task}' ]; do sleep 0.2; done; echo {task}`;
  const words = ['--name', name, '--count', String(count), ...flags, '--', 'sh', '-c', script];
  const { id } = await result<Job>('job', 'submit', 'work', ...words);
  const release = (...tasks: number[]) => {
    for (const task of tasks) writeFileSync(at(name, String(task)), '');
  };
  return { id, release };
}
const runsOn = async (id: string, member: string) =>
  (await show(id)).task_list.find((one) => one.state === 'running' && one.member === idOf(member));
const onceDone = ({ task_list: tasks }: Job) =>
  tasks.map(({ ends }) => ends.filter(({ outcome }) => outcome === 'done').length);

/** A member that does not lead, which is drained. */
let drained = '';
let leads = '';

beforeAll(async () => {
  const up = await collab('fleet', 'up', '--profile', 'fast');
  expect(up.code, up.stderr).toBe(0);
  mkdirSync(at('work'));
  writeFileSync(at('work/data.txt'), 'from the folder\n');
  await vi.waitUntil(
    async () => (await result<{ workers: object[] }>('job', 'assignments')).workers.length === 3,
    within,
  );
  const { store } = await result<{ store: { leader: string } }>('fleet', 'status');
  leads = store.leader;
  drained = ['m3', 'm2'].find((name) => name !== leads) ?? '';
}, 600_000);
afterAll(() => workspace.collab('fleet', 'down', '--local', '--purge'));

it('a drained member ends its task and gets no other, also after the leader was killed', async () => {
  const { id, release } = await submit('first', 5);
  await expect.poll(async () => (await show(id)).counts.running, within).toBe(3);
  const own = (await runsOn(id, drained))?.task ?? -1;
  const said = await collab('fleet', 'drain', drained, '--no-wait');
  expect(said.code, said.stderr).toBe(0);
  expect(said.stdout).toContain(`${drained} is drained: it gets no more tasks. 1 task still on ${drained}`);
  expect(said.stderr).toContain(`collab fleet replace ${drained}`);
  process.kill(localPid(workspace, leads, 'agent'), 'SIGKILL');
  const up = await collab('fleet', 'up');
  expect(up.code, up.stderr).toBe(0);
  await expect.poll(drainedNames, within).toEqual([drained]);
  expect((await collab('fleet', 'status')).stdout).toMatch(new RegExp(`${drained} +alive, drained`));
  expect((await collab('job', 'assignments')).stdout).toMatch(new RegExp(`${drained} +drained`));

  release(own);
  const waited = await collab('fleet', 'drain', drained);
  expect(waited.stdout, waited.stderr).toContain('nothing runs there');
  release(0, 1, 2, 3, 4);
  await expect.poll(() => stateOf(id), within).toBe('done');
  const job = await show(id);
  expect(onceDone(job)).toEqual([1, 1, 1, 1, 1]);
  const there = job.task_list.filter(({ ends }) => ends.some(({ member }) => member === idOf(drained)));
  expect(there.map(({ task }) => task)).toEqual([own]);
});

it('gets tasks again when that is undone; with a deadline, what runs is given back and counts no attempt', async () => {
  expect(await result('fleet', 'drain', drained, '--undo')).toMatchObject({ was_drained: true });
  expect((await collab('fleet', 'drain', drained, '--undo')).stdout).toContain('was not drained');
  const { id, release } = await submit('second', 3, '--attempts', '1');
  await expect.poll(async () => (await show(id)).counts.running, within).toBe(3);
  const own = (await runsOn(id, drained))?.task ?? -1;
  const answer = await result<{ holds: object[]; deadline_s: number }>(
    'fleet',
    'drain',
    drained,
    '--deadline',
    '1s',
  );
  expect(answer).toMatchObject({ name: drained, drained: true, keeper: true, deadline_s: 1, holds: [] });
  expect((await show(id)).counts).toMatchObject({ queued: 1, running: 2 });
  release(0, 1, 2);
  await expect.poll(() => stateOf(id), within).toBe('done');
  const job = await show(id);
  expect(job.task_list.map(({ ends }) => ends.map(({ outcome }) => outcome))).toEqual([
    ['done'],
    ['done'],
    ['done'],
  ]);
  expect(job.task_list[own]?.ends).toMatchObject([{ attempt: 2 }]);
  expect(job.task_list[own]?.ends[0]?.member).not.toBe(idOf(drained));
});

it.each([
  [['fleet', 'drain', 'm9'], 'has no member "m9"'],
  [['fleet', 'drain', 'm1', '--deadline', 'soon'], '--deadline soon is not a valid duration'],
  [['fleet', 'drain', 'm1', '--undo', '--deadline', '1m'], 'cannot be used with'],
])('%j is refused', async (words, why) => {
  const { code, stderr } = await collab(...words);
  expect([code, stderr]).toEqual([2, expect.stringContaining(why)]);
});

it('the page drains a member, lets it leave and join, and asks before each', async () => {
  const set = await collab('pool', 'set', 'only', '--member', drained);
  expect(set.code, set.stderr).toBe(0);
  const { id, release } = await submit('third', 1, '--pool', 'only');
  const waits = `only drained workers could run it: ${drained}`;
  await expect.poll(async () => (await show(id)).waits_for, within).toBe(waits);

  const served = await ServedDashboard.start(workspace, '--port', '0');
  let browser: Browser | null = null;
  try {
    browser = await openBrowser();
    const { page, complaints } = await openPage(browser, served.link);
    await page.waitForURL(`${served.root}/fleet`);
    const shown = () => page.locator('.tile.drained h2 a').allInnerTexts();
    await expect.poll(shown, within).toEqual([drained]);
    expect(await page.locator('.tile.drained').innerText()).toMatch(/alive .*◌ drained/s);
    expect(await violations(page)).toEqual([]);
    const press = async (what: string, yes: string) => {
      await page.getByRole('button', { name: what, exact: true }).click();
      await page.getByRole('button', { name: yes, exact: true }).click();
    };

    await press(`Stop draining ${drained}`, 'Give it tasks');
    await expect.poll(shown, within).toEqual([]);
    await expect.poll(async () => (await show(id)).counts.running, within).toBe(1);

    await page.getByRole('link', { name: drained }).click();
    await expect.poll(() => page.locator('.facts').innerText(), within).toContain('gets tasks');
    await page.getByRole('button', { name: `Drain ${drained}` }).click();
    await page.getByRole('button', { name: 'No', exact: true }).click();
    await expect.poll(() => page.locator('dialog').count(), within).toBe(0);
    await press(`Drain ${drained}`, 'Drain it');
    await expect.poll(() => page.locator('.facts').innerText(), within).toMatch(/drained, 1 task left/);
    expect(await page.locator('.facts').innerText()).toMatch(/gets none since .*: drained by .*may end/);
    expect(await violations(page)).toEqual([]);
    release(0);
    await expect.poll(() => page.locator('.facts').innerText(), within).toContain('nothing runs there');
    await expect.poll(() => stateOf(id), within).toBe('done');

    await page.goto(`${served.root}/fleet?as=table`);
    await press(`Leave ${drained}`, 'Let it leave');
    await expect.poll(() => page.getByRole('button', { name: `Join ${drained}` }).count(), within).toBe(1);
    expect(await page.locator('tbody .state.left').count()).toBe(1);
    expect(await violations(page)).toEqual([]);
    await page.goto(`${served.root}/fleet`);
    await press(`Join ${drained}`, 'Let it join');
    await expect.poll(() => page.locator('.tile.alive').count(), within).toBe(3);
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    // What somebody does on the command line is seen here.
    await collab('fleet', 'drain', drained, '--undo');
    await expect.poll(shown, within).toEqual([]);
    expect(complaints).toEqual([]);
  } finally {
    await browser?.close();
    await served.stop();
  }
});
