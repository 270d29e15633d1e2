import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writePictures } from '../../bench/infer/pictures.js';
import { openBrowser, openPage, ServedDashboard, violations, zipOf } from '../e2e/dashboard-bed.js';
import { program, TestWorkspace } from '../e2e/workspace.js';
import { writeSleepingModels } from '../fixtures/sleeping-models.js';

/** The dashboard of a fleet of four devices of a Lab, three of them keepers, in Chromium. */
const lab = 'dash4';
const workspace = TestWorkspace.make();
const keepers = ['edge1', 'edge2', 'edge3'];
const result = <T>(...args: string[]) => workspace.result<T>(...args);
const at = (...path: string[]) => join(workspace.folder, ...path);
const soon = { timeout: 300_000, interval: 500 };

let browser: Browser | undefined;
let served: ServedDashboard;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  // What a run left that was cut off.
  await workspace.collab('lab', 'down', '--name', lab);
  await result('lab', 'up', '--name', lab, '--devices', '4');
  const key = `.collab/lab/${lab}/id_ed25519`;
  await result('setup', '--lan', lab, '--interface', `collab-${lab}`, '--expect', '4', '--key', key, '--yes');
  await result('fleet', 'up', '--keepers', keepers.join(','), '--profile', 'fast', '--yes');
  writeSleepingModels(workspace.folder, 'class', { quick: 100, slow: 200 });
  writeFileSync(at('none.pt'), 'no weights');
  writePictures(at('photos'), 6);
  await result('store', 'put', 'none.pt', 'none.pt');
  served = await ServedDashboard.startOf(workspace, '--port', '0');
  browser = await openBrowser();
  ({ page, complaints } = await openPage(browser, served.link));
  await page.waitForURL(`${served.root}/fleet`);
});
afterAll(async () => {
  await browser?.close();
  if (browser) await served.stop();
  await workspace.collab('lab', 'down', '--name', lab);
});

const summary = () => page.locator('.summary').innerText();

it('four members are alive, with their load', async () => {
  await expect.poll(() => page.locator('.tile.alive').count(), soon).toBe(4);
  await expect.poll(summary, soon).toMatch(/4 of 4 alive[^]*3 of 3 answer[^]*all whole/);
  expect(await violations(page)).toEqual([]);
});

it('a zip file that is submitted runs in a container of a device, and its output is there', async () => {
  const zip = await zipOf({
    'run.sh': 'echo "on a device: $(hostname)"\necho kept > "$COLLAB_OUTPUTS/kept.txt"\n',
  });
  await page.goto(`${served.root}/jobs`);
  await page.getByText('Submit a job').click();
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'job.zip', mimeType: 'application/zip', buffer: zip });
  await page.getByLabel('Command').fill('sh ./run.sh');
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await page.waitForURL(`${served.root}/jobs/*`);
  await expect.poll(() => page.locator('.state.done').count(), soon).toBeGreaterThan(1);
  await page.getByRole('button', { name: 'Show' }).first().click();
  await expect.poll(() => page.locator('pre').first().innerText(), soon).toContain('on a device: ');
});

it('two jobs share the devices, and a batch size that is set on the page holds', async () => {
  const submit = async (model: string) =>
    (await result<{ id: string }>('infer', 'submit', model, 'photos', '--count', '240')).id;
  const jobs = [await submit('quick'), await submit('slow')];
  await page.goto(`${served.root}/inference`);
  const row = (model: string) =>
    page
      .locator('tbody tr')
      .filter({ has: page.locator('th', { hasText: model }) })
      .first();
  for (const model of ['quick', 'slow'])
    await expect.poll(() => row(model).innerText(), soon).toMatch(/[1-9]\d* of 240/);
  await page.getByLabel('Images in a batch of quick').fill('6');
  await row('quick').getByRole('button', { name: 'Set' }).click();
  await expect.poll(() => page.getByLabel('Images in a batch of quick').inputValue(), soon).toBe('6');
  // Over the last 10 s, of both at the same time.
  const rates = async () => {
    const texts = await Promise.all(['quick', 'slow'].map((model) => row(model).innerText()));
    return texts.map((text) => Number(/of 240\s+([\d.]+) \/s/.exec(text)?.[1]));
  };
  await expect.poll(async () => Math.min(...(await rates())), soon).toBeGreaterThan(0);
  type Job = { state: string; task_list: { parameters: { images: number } }[] };
  const show = (id: string) => result<Job>('job', 'show', id);
  for (const id of jobs) await expect.poll(async () => (await show(id)).state, soon).toBe('done');
  expect((await show(jobs[0] ?? '')).task_list.some(({ parameters }) => parameters.images === 6)).toBe(true);
});

it('a device that dies fails on the page, its task moves, and its files get new replicas', async () => {
  const zip = await zipOf({
    'run.sh': 'sleep 15\n',
    'job.yaml': 'name: eight\ncommand: [sh, ./run.sh]\ncount: 8\n',
  });
  await page.goto(`${served.root}/jobs`);
  await page.getByText('Submit a job').click();
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'job.zip', mimeType: 'application/zip', buffer: zip });
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await page.waitForURL(`${served.root}/jobs/*`);
  const onLost = page.locator('tbody tr').filter({ hasText: /running[^]*edge2/ });
  await expect.poll(() => onLost.count(), soon).toBe(1);
  const number = await onLost.locator('th').innerText();
  await program('docker', 'kill', `collab-${lab}-edge2`);
  const task = page.locator('tbody tr').filter({ has: page.locator(`th:text-is("${number}")`) });
  await expect.poll(() => task.innerText(), soon).toMatch(/done[^]*edge[134]/);
  expect(await task.locator('td').nth(1).innerText()).toBe('2');
  await page.getByRole('link', { name: 'Fleet' }).click();
  await expect.poll(() => page.locator('.tile.failed h2 a').allInnerTexts(), soon).toEqual(['edge2']);
  // Replicas of three keepers go to another device when it is named as a keeper.
  await expect.poll(summary, soon).toMatch(/2 of 3 answer[^]*lack one[^]*no other keeper can take them/);
  const others = ['--keepers', 'edge1,edge3,edge4', '--yes'];
  expect((await workspace.collab('fleet', 'up', ...others)).code).toBe(4);
  await expect.poll(summary, soon).toMatch(/3 of 4 alive[^]*3 of 3 answer[^]*all whole/);
  expect((await result<{ files: number }>('store', 'count', 'none.pt')).files).toBe(1);
  expect(complaints).toEqual([]);
});
