import { hostname, userInfo } from 'node:os';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openBrowser, openPage, ServedDashboard, violations } from './dashboard-bed.js';
import { patientRun } from './patient-run.js';
import { TestWorkspace } from './workspace.js';

/** The dashboard's view of devices, on those of the Lab. */
const workspace = new TestWorkspace(inject('labWorkspace'));
const within = { timeout: 90_000, interval: 250 };
let browser: Browser;
let served: ServedDashboard;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  const up = await workspace.collab('fleet', 'up', '--local', '--yes', '--profile', 'fast');
  expect(up.code, up.stderr).toBe(0);
  served = await ServedDashboard.start(workspace, '--port', '0');
  browser = await openBrowser();
  ({ page, complaints } = await openPage(browser, served.link));
  await page.waitForURL(`${served.root}/fleet`);
});
afterAll(async () => {
  await browser.close();
  await served.stop();
  await workspace.collab('fleet', 'down', '--local', '--purge');
});

const main = () => page.locator('main').innerText();

it('a check finds the devices ready and free; a device has its facts', async () => {
  await page.goto(`${served.root}/devices`);
  await page.getByRole('button', { name: 'Check all now: LAN lab' }).click();
  await expect.poll(() => page.locator('.tile.ready').count(), within).toBe(2);
  expect(await page.locator('.tile').first().innerText()).toMatch(/ready, checked \d+ s ago[^]*Docker/);
  expect(await page.locator('.tile').first().innerText()).toContain('Free when it was checked');
  await page.getByRole('link', { name: 'edge1', exact: true }).click();
  const shown = await workspace.collab('device', 'show', 'edge1');
  for (const line of shown.stdout.trim().split('\n')) expect(await main()).toContain(line.slice(14));
  expect(await main()).toMatch(/engine\s+Docker [^]*disk free\s+\d[^]*clock\s+[\d.]+ ms (behind|ahead of)/);
  expect(await violations(page)).toEqual([]);
});

it('a device that a run holds says so; taken away after a question, the run ends, and the device is free', async () => {
  const { ended } = await patientRun(workspace);
  const runId = workspace.newestRun('patient').split('/').at(-1) ?? '';
  await page.goto(`${served.root}/devices/lab/edge1`);
  await page.getByRole('button', { name: 'Check now: edge1' }).click();
  const me = `${userInfo().username} on ${hostname()}`;
  await expect.poll(main, within).toContain(`Held by ${me}, for ${runId}, until`);
  await page.getByRole('button', { name: 'Take it away' }).click();
  expect(await page.getByRole('dialog').innerText()).toContain(`${runId} of ${me} stops`);
  await page.getByRole('button', { name: 'Take it', exact: true }).click();
  await expect.poll(main, within).toContain(`edge1: taken from ${me}.`);
  expect(await ended).toBe(5);
  await expect.poll(main, within).toContain('Free when it was checked');
  expect(complaints).toEqual([]);
}, 200_000);
