import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, openPage, ServedDashboard, violations } from '../dashboard-bed.js';
import { TestWorkspace } from '../workspace.js';

/** The dashboard's views of runs, with real runs on this machine. */
const workspace = TestWorkspace.make();
const within = { timeout: 60_000, interval: 250 };
const hello = ['run', 'hello', '--local', '--set', 'size_bytes=64'];
let browser: Browser;
let served: ServedDashboard;

beforeAll(async () => {
  const up = await workspace.collab('fleet', 'up', '--local', '--yes', '--profile', 'fast');
  expect(up.code, up.stderr).toBe(0);
  served = await ServedDashboard.start(workspace, '--port', '0');
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await served.stop();
  await workspace.collab('fleet', 'down', '--local', '--purge');
});

async function opened(
  path: string,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<{ page: Page; complaints: string[] }> {
  const { link } = await workspace.result<{ link: string }>(
    'dashboard',
    '--link',
    '--port',
    String(served.port),
  );
  const found = await openPage(browser, link, options);
  await found.page.waitForURL(`${served.root}/fleet`);
  await found.page.goto(`${served.root}${path}`);
  return found;
}

/** Starts a run, and lets nothing wait for its output. */
function started(...args: string[]) {
  const run = workspace.start(...args);
  run.stdout?.resume();
  run.stderr?.resume();
  return once(run, 'close') as Promise<[number | null]>;
}

const rows = (page: Page) => page.locator('tbody th a').allInnerTexts();
const summary = (page: Page, text: string) => page.locator('summary', { hasText: text });

it('a run that is started while the page is open shows up, goes on live, and ends with its report', async () => {
  const { page, complaints } = await opened('/runs');
  await expect.poll(() => page.getByText('There are no runs yet.').count(), within).toBe(1);
  const labels = ['--name', '<b>first', '--note', '<i>a note</i>', '--tag', 'paper'];
  const ended = started(...hello, '--set', 'messages=80', '--repeats', '2', ...labels);
  await expect.poll(() => rows(page), within).toEqual(['<b>first']);
  await page.getByRole('link', { name: '<b>first' }).click();
  await expect.poll(() => page.locator('h1').innerText(), within).toBe('<b>first');
  await expect
    .poll(() => page.locator('.progress').innerText(), within)
    .toMatch(/^Trial \d\/2: \d:\d\d so far, /);
  const roles = page.getByRole('region', { name: 'Roles' });
  await expect.poll(() => roles.innerText(), within).toMatch(/server-0[^]*listening on port/);
  await expect.poll(() => page.locator('.lane svg g').count(), within).toBeGreaterThan(1);
  expect(await violations(page)).toEqual([]);
  await expect.poll(() => page.locator('main .state.complete').count(), within).toBeGreaterThan(0);
  expect((await ended)[0]).toBe(0);
  await expect.poll(() => page.locator('.progress').count(), within).toBe(0);
  const lanes = page.locator('.lane svg');
  const spoken = await Promise.all((await lanes.all()).map((lane) => lane.getAttribute('aria-label')));
  expect(spoken).toEqual([
    expect.stringMatching(/^client-0 on \S+: 2 times, 2 done$/),
    expect.stringMatching(/^server-0 on \S+: 2 times, 2 (done|stopped)$/),
  ]);
  await expect.poll(() => page.locator('main').innerText(), within).toMatch(/VALID|DOUBTFUL/);
  const report = page.frameLocator('iframe.made');
  await expect.poll(() => report.locator('h1').innerText(), within).toBe('hello');
  await expect.poll(() => report.locator('svg').count(), within).toBeGreaterThan(0);
  expect(await violations(page)).toEqual([]);
  await page.reload();
  await summary(page, 'What its roles printed').click();
  await expect
    .poll(() => page.locator('figure pre').allInnerTexts(), within)
    .toContainEqual(expect.stringContaining('listening on port'));
  await page.goBack();
  await expect.poll(() => rows(page), within).toEqual(['<b>first']);
  expect(await page.locator('tbody small').allInnerTexts()).toContain('<i>a note</i>');
  expect(complaints).toEqual([]);
  await page.close();
});

it('runs are sorted, filtered, tagged, edited, and compared; the address says what is shown', async () => {
  const second = await workspace.collab(...hello, '--set', 'messages=10', '--repeats', '1');
  expect(second.code, second.stderr).toBe(0);
  const id = basename(workspace.newestRun('hello'));
  const { page, complaints } = await opened('/runs');
  await expect.poll(() => rows(page), within).toEqual([id, '<b>first']);
  await page.getByRole('button', { name: 'Trials' }).click();
  await expect.poll(() => rows(page), within).toEqual([id, '<b>first']);
  await page.getByRole('button', { name: 'Trials' }).click();
  await expect.poll(() => rows(page), within).toEqual(['<b>first', id]);
  expect(page.url()).toContain('sort=trials&down=1');
  await page.locator('select[name=tag]').selectOption('paper');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect.poll(() => rows(page), within).toEqual(['<b>first']);
  expect(page.url()).toContain('tag=paper');
  await page.goBack();
  await expect.poll(() => rows(page), within).toEqual(['<b>first', id]);
  for (const box of await page.getByRole('checkbox').all()) await box.check();
  await page.getByPlaceholder('tag', { exact: true }).fill('both');
  await page.getByRole('button', { name: 'Tag them' }).click();
  await expect.poll(() => page.locator('tbody .tag', { hasText: 'both' }).count(), within).toBe(2);
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Compare' }).click();
  const comparison = page.frameLocator('iframe.made');
  await expect.poll(() => comparison.locator('h1').innerText(), within).toBe('Comparison of 2 runs of hello');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('link', { name: `hello/${id}` }).click();
  await summary(page, 'Edit name').click();
  await page.getByLabel('Name').fill('../second');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => page.getByRole('alert').innerText(), within).toContain('has a /');
  await page.getByLabel('Name').fill('second');
  await page.getByLabel('Tags').fill('new, both');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => page.locator('h1').innerText(), within).toBe('second');
  const labels = join(workspace.newestRun('hello'), 'labels.json');
  expect(JSON.parse(readFileSync(labels, 'utf8'))).toEqual({
    name: 'second',
    note: null,
    tags: ['both', 'new'],
  });
  expect(complaints.filter((one) => !one.includes('400'))).toEqual([]);
  await page.close();
});

it('a run is stopped after a question; narrow and dark, nothing is cut', async () => {
  const ended = started('run', 'patient', '--local');
  const narrow = { colorScheme: 'dark', viewport: { width: 390, height: 800 } } as const;
  const { page } = await opened('/runs?state=running', narrow);
  await expect.poll(() => rows(page), within).toHaveLength(1);
  const isCut = async () => (await page.evaluate<number>('document.documentElement.scrollWidth')) > 390;
  expect([await isCut(), await violations(page)]).toEqual([false, []]);
  await page.locator('tbody th a').click();
  await expect.poll(() => page.locator('.lane svg g.running').count(), within).toBe(2);
  expect([await isCut(), await violations(page)]).toEqual([false, []]);
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('button', { name: 'Stop the run' }).click();
  await expect.poll(() => page.locator('main .state.interrupted').count(), within).toBeGreaterThan(0);
  await ended;
  await page.close();
});

it('what is no run of the workspace is refused in words, and with --read-only nothing can be changed', async () => {
  const shown = await ServedDashboard.start(workspace, '--port', '0', '--read-only');
  try {
    const { page } = await openPage(browser, shown.link);
    await page.waitForURL(`${shown.root}/fleet`);
    await page.goto(`${shown.root}/runs`);
    await expect.poll(() => rows(page), within).toHaveLength(3);
    expect(await page.getByRole('button', { name: 'Tag them' }).count()).toBe(0);
    await page.locator('tbody th a').last().click();
    await expect.poll(() => page.locator('iframe.made').count(), within).toBe(1);
    expect(await summary(page, 'Edit name').count()).toBe(0);
    await page.close();
    const again = await workspace.result<{ link: string }>(
      'dashboard',
      '--link',
      '--port',
      String(shown.port),
    );
    expect(await shown.enter(again.link)).toBe(204);
    const id = basename(workspace.newestRun('hello'));
    const put = await shown.ask('PUT', `/data/runs/hello/${id}/labels`, { origin: shown.root }, '{}');
    expect([put.status, put.text]).toEqual([403, expect.stringContaining('--read-only')]);
    for (const run of [
      'hello/none',
      'hello/..',
      '..%2f..%2fLogs/hello',
      `.experiments/${id}`,
      '%2fetc/passwd',
    ]) {
      const { status, text } = await shown.ask('GET', `/data/runs/${run}/logs`);
      expect([run, status === 400 || status === 404, text.includes('run') || status === 404]).toEqual([
        run,
        true,
        true,
      ]);
    }
    const one = await shown.ask('GET', `/data/comparison?runs=hello/${id}`);
    expect(one.text).toContain('<p>');
    expect(one.headers['content-security-policy']).toContain('sandbox');
  } finally {
    await shown.stop();
  }
});
