import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, openPage, ServedDashboard, violations } from '../dashboard-bed.js';
import { localPid, localResult, localWords } from '../local-fleet.js';
import { TestWorkspace } from '../workspace.js';

/** The output of tasks while they run, and where files lie, on a fleet of three keepers on this machine. */
const workspace = TestWorkspace.make();
const at = (...path: string[]) => join(workspace.folder, ...path);
const within = { timeout: 60_000, interval: 250 };
const collab = (...words: string[]) => workspace.collab(...localWords(words));
const result = <T>(...words: string[]) => localResult<T>(workspace, ...words);

interface Job {
  id: string;
  state: string;
  task_list: { state: string; member: string | null; started_at: string | null; attempt: number | null }[];
}
const taskOf = async (job: string) => (await result<Job>('job', 'show', job)).task_list[0];
const nameOf = async (id: string) => {
  const { members } = await result<{ members: { id: string; name: string }[] }>('fleet', 'members');
  return members.find((one) => one.id === id)?.name ?? id;
};

/** What the browser says of a box, and of a request. */
type Box = Record<'scrollTop' | 'scrollHeight' | 'clientHeight', number>;
interface Made {
  name: string;
  encodedBodySize: number;
}

/** Prints until a file is there, on whatever device. */
const ticks = `n=0
echo begins >&2
until [ -e "$1" ]; do echo "line $n"; n=$((n + 1)); sleep 0.5; done
echo 'last <b>line</b>'
`;
const big = `head -c 10000000 /dev/zero | tr '\\0' x | fold -w 99
echo
echo 'the end'
until [ -e "$1" ]; do sleep 0.5; done
`;

let browser: Browser;
let served: ServedDashboard;
/** Members that did not lead when the fleet was made. */
let side: string[];

beforeAll(async () => {
  const up = await workspace.collab('fleet', 'up', '--local', '--yes', '--profile', 'fast');
  expect(up.code, up.stderr).toBe(0);
  for (const [name, text] of Object.entries({ ticks, big })) {
    mkdirSync(at(name));
    writeFileSync(at(name, 'run.sh'), text);
  }
  const { store } = await result<{ store: { leader: string } }>('fleet', 'status');
  side = ['m1', 'm2', 'm3'].filter((name) => name !== store.leader);
  const set = await collab('pool', 'set', 'side', '--member', side.join(','));
  expect(set.code, set.stderr).toBe(0);
  served = await ServedDashboard.start(workspace, '--port', '0');
  expect(await served.enter()).toBe(204);
  browser = await openBrowser();
}, 300_000);
afterAll(async () => {
  for (const name of ['ticks', 'big']) writeFileSync(at(`stop-${name}`), '');
  await browser.close();
  await served.stop();
  await workspace.collab('fleet', 'down', '--local', '--purge');
});

async function submit(name: string): Promise<string> {
  const words = ['--pool', 'side', '--', 'sh', 'run.sh', at(`stop-${name}`)];
  const { id } = await result<Job>('job', 'submit', name, ...words);
  await expect.poll(async () => (await taskOf(id))?.started_at ?? null, within).not.toBeNull();
  return id;
}

async function opened(path: string): Promise<{ page: Page; complaints: string[] }> {
  const port = String(served.port);
  const { link } = await workspace.result<{ link: string }>('dashboard', '--link', '--port', port);
  const found = await openPage(browser, link);
  await found.page.waitForURL(`${served.root}/fleet`);
  await found.page.goto(`${served.root}${path}`);
  return found;
}

/** Follows a job with the command. */
function follow(job: string) {
  const child = workspace.start(...localWords(['job', 'logs', job, '--follow']));
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (piece: Buffer) => (said.stdout += piece.toString()));
  child.stderr?.on('data', (piece: Buffer) => (said.stderr += piece.toString()));
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { said, code };
}

const linesOf = (count: number) => Array.from({ length: count }, (_, n) => `line ${n}\n`).join('');

it('a task is followed while it runs, on another device when the first is lost, and nothing of it is lost or doubled', async () => {
  const id = await submit('ticks');
  const { said, code } = follow(id);
  await expect.poll(() => said.stdout, within).toContain('line 2\n');
  expect(said.stdout.startsWith(linesOf(3))).toBe(true);

  const soFar = await collab('job', 'logs', id);
  expect(soFar.stdout).toMatch(/^line 0\nline 1\n/);
  expect(soFar.stderr).toContain('the task still runs: there may be more');

  const path = `/v1/jobs/${id}/tasks/0/stdout`;
  const first = await served.ask('GET', path);
  expect(first.headers).toMatchObject({ 'x-outcome': 'running', 'x-attempt': '1', 'x-from': '0' });
  const rest = await served.ask('GET', `${path}?attempt=1&from=${first.text.length}`);
  expect(rest.headers['x-from']).toBe(String(first.text.length));
  const lines = `${first.text}${rest.text}`.split('\n').length - 1;
  expect(first.text + rest.text).toBe(linesOf(lines));

  const { page, complaints } = await opened(`/jobs/${id}`);
  await page.getByRole('button', { name: 'Show' }).click();
  const printed = page.locator('pre');
  await expect.poll(() => printed.first().innerText(), within).toContain('line 3\n');
  const before = (await printed.first().innerText()).length;
  await expect.poll(async () => (await printed.first().innerText()).length, within).toBeGreaterThan(before);
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Standard error' }).click();
  await expect.poll(() => printed.first().innerText(), within).toBe('begins\n');
  await page.getByRole('button', { name: 'Standard output' }).click();
  await expect.poll(() => printed.first().innerText(), within).toContain('line 3\n');

  const device = await nameOf((await taskOf(id))?.member ?? '');
  process.kill(localPid(workspace, device, 'agent'), 'SIGKILL');
  await expect.poll(() => said.stderr, within).toContain(`attempt 1 at task 0 is lost on ${device}`);
  await expect.poll(() => said.stderr, within).toContain('attempt 2 at task 0, on');
  await expect.poll(() => printed.count(), within).toBe(2);
  await expect
    .poll(() => page.locator('td').allInnerTexts(), within)
    .toContainEqual(expect.stringMatching(new RegExp(`Attempt 1 on ${device}: lost[^]*Attempt 2 on `)));
  await expect.poll(() => printed.last().innerText(), within).toMatch(/^line 0\nline 1\n/);
  expect(await printed.first().innerText()).toContain('line 3\n');

  writeFileSync(at('stop-ticks'), '');
  expect(await code).toBe(0);
  const whole = (await collab('job', 'logs', id)).stdout;
  expect(whole).toBe(`${linesOf(whole.split('\n').length - 2)}last <b>line</b>\n`);
  expect(said.stdout.endsWith(whole)).toBe(true);
  const ofFirst = said.stdout.slice(0, -whole.length);
  expect(ofFirst).toBe(linesOf(ofFirst.split('\n').length - 1));
  await expect.poll(() => printed.last().innerText(), within).toBe(whole);
  // While its worker was gone, the output could not be read.
  expect(complaints.filter((one) => !one.includes('503'))).toEqual([]);
  await page.close();
});

it('of a big output, the page reads the end only; who looks at older lines stays there', async () => {
  const id = await submit('big');
  const path = `/v1/jobs/${id}/tasks/0/stdout`;
  await expect.poll(async () => (await served.ask('GET', `${path}?from=-8`)).text, within).toBe('the end\n');
  const size = Number((await served.ask('GET', `${path}?from=-1`)).headers['x-size']);
  expect(size).toBeGreaterThan(10_000_000);
  const { page, complaints } = await opened(`/jobs/${id}`);
  await page.getByRole('button', { name: 'Show' }).click();
  const printed = page.locator('pre');
  await expect.poll(() => printed.innerText(), within).toMatch(/the end\n$/);
  const place = () =>
    printed.evaluate(({ scrollTop, scrollHeight, clientHeight }: Box) => ({
      fromEnd: scrollHeight - clientHeight - scrollTop,
      scrollTop,
    }));
  expect((await place()).fromEnd).toBeLessThan(9);
  expect(await page.getByText('Only the end of what it printed is shown').count()).toBe(1);
  const read = await page.evaluate(() => {
    const made = performance.getEntriesByType('resource') as unknown as Made[];
    return made
      .filter(({ name }) => name.includes('/stdout'))
      .reduce((sum, one) => sum + one.encodedBodySize, 0);
  });
  expect(read).toBeLessThan(1_000_000);
  await printed.evaluate((box: Box) => {
    box.scrollTop = 10;
  });
  writeFileSync(at('stop-big'), '');
  await expect.poll(async () => (await taskOf(id))?.state, within).toBe('done');
  await expect
    .poll(() => page.locator('td').allInnerTexts(), within)
    .toContainEqual(expect.stringMatching(/Attempt 1 on m\d: done/));
  expect((await place()).scrollTop).toBe(10);
  const end = await served.ask('GET', `${path}?from=-8`);
  expect([end.text, end.headers['x-outcome'], end.headers['x-size']]).toEqual([
    'the end\n',
    'done',
    String(size),
  ]);
  expect(complaints).toEqual([]);
  await page.close();
});

it('the page says which devices hold a file, as the command does, and when there are too few', async () => {
  interface Held {
    versions: { version: number; replicas: number; target: number; devices: { name: string }[] }[];
  }
  writeFileSync(at('weights.bin'), 'weights');
  await result('store', 'put', 'weights.bin', 'held/weights.bin');
  await result('store', 'put', 'weights.bin', 'held/weights.bin');
  const shown = async () => {
    const { versions } = await result<Held>('store', 'ls', 'held/weights.bin');
    return versions.map(({ version, replicas, target, devices }) => {
      const names = devices.map(({ name }) => name).sort();
      const below = replicas < target ? ' below target' : '';
      return [version, `${replicas} of ${target} replicas${below}: ${names.join(', ')}`] as const;
    });
  };
  const { page, complaints } = await opened('/files?pattern=held/**');
  await page.getByRole('button', { name: /^Version 2/ }).click();
  const agree = async () => {
    const versions = page.locator('th li');
    for (const [version, text] of await shown()) {
      const item = versions.filter({ hasText: `version ${version}` });
      if (!(await item.innerText()).includes(text)) return `${text}: ${await item.innerText()}`;
    }
    return versions.count();
  };
  await expect.poll(agree, within).toBe(2);
  await page.getByText('What each device holds').click();
  const { devices } = await result<{ devices: { name: string; files: number }[] }>('store', 'store');
  const rows = page.getByRole('region', { name: 'What each device holds' }).locator('tbody tr');
  await expect.poll(() => rows.count(), within).toBe(3);
  for (const { name, files } of devices)
    expect(await rows.filter({ hasText: name }).innerText()).toMatch(new RegExp(`${name}\\s+${files}\\s`));
  expect(await violations(page)).toEqual([]);
  process.kill(localPid(workspace, side[0] ?? '', 'nats'), 'SIGKILL');
  await expect
    .poll(() => page.locator('th li').first().innerText(), within)
    .toContain('2 of 3 replicas below target');
  await expect.poll(agree, within).toBe(2);
  expect(complaints).toEqual([]);
  await page.close();
});
