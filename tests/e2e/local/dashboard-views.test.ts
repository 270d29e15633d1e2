import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writePictures } from '../../../bench/infer/pictures.js';
import { writeSleepingModels } from '../../fixtures/sleeping-models.js';
import { openBrowser, openPage, ServedDashboard, violations } from '../dashboard-bed.js';
import { localResult } from '../local-fleet.js';
import { TestWorkspace } from '../workspace.js';

/** The dashboard's views of inference, files, and long jobs, on a fleet of this machine, with a model that needs no library. */
const workspace = TestWorkspace.make();
const at = (...path: string[]) => join(workspace.folder, ...path);
const within = { timeout: 60_000, interval: 250 };

let browser: Browser;
let served: ServedDashboard;

beforeAll(async () => {
  writeSleepingModels(workspace.folder, 'box', { quick: 100, slow: 200 });
  writeFileSync(at('none.pt'), 'no weights');
  writePictures(at('photos'), 6);
  const up = await workspace.collab('fleet', 'up', '--local', '--yes', '--profile', 'fast');
  expect(up.code, up.stderr).toBe(0);
  await localResult(workspace, 'store', 'put', 'none.pt', 'none.pt');
  served = await ServedDashboard.start(workspace, '--port', '0');
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await served.stop();
  await workspace.collab('fleet', 'down', '--local', '--purge');
});

async function opened(path: string): Promise<{ page: Page; complaints: string[] }> {
  const { link } = await workspace.result<{ link: string }>(
    'dashboard',
    '--link',
    '--port',
    String(served.port),
  );
  const found = await openPage(browser, link);
  await found.page.waitForURL(`${served.root}/fleet`);
  await found.page.goto(`${served.root}${path}`);
  return found;
}

it('two jobs share the devices; a batch size that is set here holds from the next batch on; answers have boxes', async () => {
  const submit = async (model: string) =>
    (await localResult<{ id: string }>(workspace, 'infer', 'submit', model, 'photos', '--count', '160')).id;
  const [quick, slow] = [await submit('quick'), await submit('slow')];
  const { page, complaints } = await opened('/inference');
  const row = (model: string) =>
    page
      .locator('tbody tr')
      .filter({ has: page.locator('th', { hasText: model }) })
      .first();
  await expect.poll(() => row('quick').innerText(), within).toMatch(/[1-9]\d* of 160/);
  await expect.poll(() => row('slow').innerText(), within).toMatch(/[1-9]\d* of 160/);
  await expect
    .poll(() => page.getByRole('region', { name: 'Batches' }).innerText(), within)
    .toMatch(/quick[^]*slow|slow[^]*quick/);
  await page.getByLabel('Images in a batch of quick').fill('7');
  await row('quick').getByRole('button', { name: 'Set' }).click();
  await expect.poll(() => page.getByLabel('Images in a batch of quick').inputValue(), within).toBe('7');
  expect(await page.locator('canvas').count()).toBe(1);
  expect(await violations(page)).toEqual([]);
  type Shown = { state: string; task_list: { parameters: { images: number } }[] };
  const show = (id: string) => localResult<Shown>(workspace, 'job', 'show', id);
  for (const id of [quick, slow]) await expect.poll(async () => (await show(id)).state, within).toBe('done');
  expect((await show(quick)).task_list.some(({ parameters }) => parameters.images === 7)).toBe(true);
  await page.goto(`${served.root}/inference/${quick}`);
  await expect.poll(() => page.locator('.tile').count(), within).toBe(48);
  await expect.poll(() => page.locator('.picture svg rect').count(), within).toBeGreaterThan(5);
  expect(await page.locator('.tile').first().innerText()).toContain('<b>seven</b> 90.0 %');
  await page.getByRole('button', { name: 'Next' }).click();
  expect(page.url()).toContain('page=1');
  expect(await violations(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.close();
});

it('a file is put, found, got, seen in its versions, and deleted after a question', async () => {
  const name = 'notes <i>/ä.txt';
  const { page, complaints } = await opened('/files');
  const put = async (text: string, version: number) => {
    await page
      .getByLabel('File', { exact: true })
      .setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from(text) });
    await page.getByLabel('Name in the store').fill(name);
    await page.getByRole('button', { name: 'Put', exact: true }).click();
    await expect
      .poll(() => page.getByRole('status').allInnerTexts(), within)
      .toContain(`${name}, version ${version}, is in the store.`);
  };
  await page.getByText('Put a file').click();
  await put('first', 1);
  await put('second', 2);
  await page.getByLabel('File, folder, or pattern').fill('notes*/**');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect.poll(() => page.locator('tbody tr').count(), within).toBe(1);
  const link = page.getByRole('link', { name, exact: true });
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  expect(readFileSync(await download.path(), 'utf8')).toBe('second');
  await page.getByRole('button', { name: /^Version 2/ }).click();
  const older = page.getByRole('link', { name: 'version 1' });
  const [first] = await Promise.all([page.waitForEvent('download'), older.click()]);
  expect(readFileSync(await first.path(), 'utf8')).toBe('first');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete it' }).click();
  await expect.poll(() => page.getByText('No file has such a name.').count(), within).toBe(1);
  expect(complaints).toEqual([]);
  await page.close();
});

it('a long job shows 100 tasks at a time, all or those of one state, and goes on with the job', async () => {
  mkdirSync(at('forever'));
  writeFileSync(at('forever/run.sh'), 'exec sleep 600\n');
  const submit = ['job', 'submit', 'forever', '--count', '120', '--', 'sh', './run.sh'];
  const { id } = await localResult<{ id: string }>(workspace, ...submit);
  const { page, complaints } = await opened(`/jobs/${id}`);
  const rows = page.getByRole('region', { name: 'Tasks' }).locator('tbody tr');
  await expect.poll(() => rows.count(), within).toBe(100);
  await page.getByRole('button', { name: 'Next' }).click();
  await expect.poll(() => rows.count(), within).toBe(20);
  expect(await rows.first().locator('th').innerText()).toBe('100');
  await page.getByRole('button', { name: /^running [1-3]$/ }).click();
  await expect.poll(() => rows.count(), within).toBeLessThanOrEqual(3);
  expect(page.url()).toMatch(/\?state=running$/);
  expect(await violations(page)).toEqual([]);
  await page.goBack();
  await expect.poll(() => rows.count(), within).toBe(20);
  await localResult(workspace, 'job', 'cancel', id);
  await expect.poll(() => page.getByRole('button', { name: 'cancelled 120' }).count(), within).toBe(1);
  expect(complaints).toEqual([]);
  await page.close();
});
