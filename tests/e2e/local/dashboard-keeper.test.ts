import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, openPage, ServedDashboard } from '../dashboard-bed.js';
import { localResult } from '../local-fleet.js';
import { TestWorkspace } from '../workspace.js';

/** The dashboard for users who did not make the fleet: from their own workspace, and from the keepers. */
const workspace = TestWorkspace.make();
const guest = new TestWorkspace();
const at = (...path: string[]) => join(workspace.folder, ...path);
const within = { timeout: 60_000, interval: 250 };
let browser: Browser;

beforeAll(async () => {
  mkdirSync(at('forever'));
  writeFileSync(at('forever/run.sh'), 'exec sleep 600\n');
  mkdirSync(join(guest.folder, 'TestCases'));
  const up = await workspace.collab('fleet', 'up', '--local', '--yes', '--profile', 'fast');
  expect(up.code, up.stderr).toBe(0);
  await workspace.result('fleet', 'user', 'add', 'ben', '--out', 'ben.json', '--local');
  expect((await guest.collab('fleet', 'user', 'use', at('ben.json'))).code).toBe(0);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await workspace.collab('fleet', 'down', '--local', '--purge');
});

const summary = (page: Page) => page.locator('.summary').innerText();
const sleeping = async () =>
  (await localResult<{ id: string }>(workspace, 'job', 'submit', 'forever', '--', 'sh', './run.sh')).id;

it('who joined the fleet sees members, their load, and the store, and may not cancel the job of another user', async () => {
  const id = await sleeping();
  const served = await ServedDashboard.start(guest, '--port', '0');
  const { page, complaints } = await openPage(browser, served.link);
  await page.waitForURL(`${served.root}/fleet`);
  await expect.poll(() => summary(page), within).toMatch(/3 of 3 alive[^]*answer\s+quorum/);
  await expect.poll(() => page.locator('.tile').first().innerText(), within).toMatch(/\d %/);
  await page.goto(`${served.root}/jobs/${id}`);
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the job' }).click();
  await expect
    .poll(() => page.getByRole('alert').innerText(), within)
    .toMatch(/another user|not yours|owner/);
  expect(complaints).toHaveLength(1);
  await page.close();
  await served.stop();
});
