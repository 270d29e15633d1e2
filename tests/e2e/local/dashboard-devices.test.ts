import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deviceOf } from '../../fixtures/connected-device.js';
import { freePort } from '../../fixtures/free-port.js';
import { makeKeyPair } from '../../../src/network/index.js';
import { openBrowser, openPage, ServedDashboard, violations } from '../dashboard-bed.js';
import { TestWorkspace } from '../workspace.js';

/** The dashboard's view of devices, on a LAN whose devices do not answer. */
const workspace = TestWorkspace.make();
const at = (...path: string[]) => join(workspace.folder, '.collab', ...path);
const within = { timeout: 60_000, interval: 250 };
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

async function saveLan(): Promise<void> {
  const keyPath = at('id_test');
  await makeKeyPair(keyPath, 'test');
  const place = { address: '127.0.0.1', keyPath };
  const lan = {
    format: 1,
    name: 'shelf',
    controller: deviceOf('pc').toJSON(),
    devices: [
      deviceOf('nano1', { ...place, port: await freePort(), tags: ['<b>bench</b>'] }).toJSON(),
      deviceOf('nano2', { ...place, port: await freePort() }).toJSON(),
    ],
  };
  mkdirSync(at('lans'), { recursive: true, mode: 0o700 });
  writeFileSync(at('lans/shelf.json'), JSON.stringify(lan), { mode: 0o600 });
  writeFileSync(at('lan'), 'shelf\n', { mode: 0o600 });
}

const tile = (name: string) =>
  page.locator('.tile').filter({ has: page.getByRole('link', { name, exact: true }) });

it('without a LAN, the view says what to do; a LAN that is made then is there by itself', async () => {
  await page.goto(`${served.root}/devices`);
  await expect.poll(() => page.locator('main').innerText(), within).toContain('collab setup');
  expect(await violations(page)).toEqual([]);
  await saveLan();
  writeFileSync(at('lans/torn.json'), '{', { mode: 0o600 });
  await expect.poll(() => page.locator('.tile').count(), within).toBe(2);
  expect(await tile('nano1').innerText()).toMatch(/not checked[^]*4 cores[^]*Docker 26/);
  expect(await tile('nano1').locator('.tag').innerText()).toBe('<b>bench</b>');
  await expect
    .poll(() => page.getByRole('region', { name: 'LAN torn' }).innerText(), within)
    .toMatch(/cannot be used[^]*collab lan remove torn/);
  expect(complaints).toEqual([]);
});

it('devices that do not answer are not ready, with the reason; what was found outlives the server', async () => {
  await page.goto(`${served.root}/devices`);
  await page.getByRole('button', { name: 'Check all now: LAN shelf' }).press('Enter');
  for (const name of ['nano1', 'nano2'])
    await expect
      .poll(() => tile(name).innerText(), within)
      .toMatch(
        /not ready, checked \d+ s ago[^]*Lease: unknown[^]*reachable: [^]*refuses connections[^]*Do: /,
      );
  await expect
    .poll(() => page.getByRole('status').first().innerText(), within)
    .toBe('0 of 2 checked devices ready');
  expect(await violations(page)).toEqual([]);
  expect(complaints).toEqual([]);
  expect(statSync(at('dashboard/checks.json')).mode & 0o777).toBe(0o600);

  const { port } = served;
  await served.stop();
  served = await ServedDashboard.start(workspace, '--port', String(port));
  await page.goto(`${served.root}/devices/shelf/nano1`);
  const main = () => page.locator('main').innerText();
  await expect.poll(main, within).toMatch(/not ready, checked[^]*reachable/);
  for (const fact of ['kernel 6.12.0', 'SHA256:nano1', 'overlay2', '10.0 GB'])
    expect(await main()).toContain(fact);
  const before = JSON.stringify(checkOf('nano1'));
  await page.getByRole('button', { name: 'Check now: nano1' }).click();
  await expect.poll(() => JSON.stringify(checkOf('nano1')), within).not.toBe(before);
  expect(await violations(page)).toEqual([]);
  await page.getByRole('link', { name: 'Devices' }).last().click();
  await expect.poll(() => page.locator('.tile').count(), within).toBe(2);
  await page.goBack();
  await expect.poll(() => page.locator('h1').innerText(), within).toBe('nano1');
  await page.goto(`${served.root}/devices/shelf/nano9`);
  await expect.poll(main, within).toContain('LAN shelf has no device of this name.');
});

/** The last check of a device, as the server keeps it. */
function checkOf(name: string): object | undefined {
  const { checks } = JSON.parse(readFileSync(at('dashboard/checks.json'), 'utf8')) as {
    checks: Record<string, object>;
  };
  return checks[`shelf/SHA256:${name}`];
}

it('names of no LAN and of no device are refused in words, and with --read-only nothing is checked', async () => {
  const refused = async (from: ServedDashboard, path: string) => {
    const { status, text } = await from.ask('POST', path, { origin: from.root });
    return [status, (JSON.parse(text) as { name: string }).name];
  };
  const shown = await ServedDashboard.start(workspace, '--port', '0', '--read-only');
  try {
    expect(await shown.enter()).toBe(204);
    expect(await refused(shown, '/lans/shelf/check')).toEqual([403, 'dashboard-read-only']);
    expect((await shown.ask('GET', '/lans')).status).toBe(200);
    expect((await shown.ask('GET', '/lans', { cookie: '' })).status).toBe(401);
  } finally {
    await shown.stop();
  }
  const { link } = await workspace.result<{ link: string }>(
    'dashboard',
    '--link',
    '--port',
    `${served.port}`,
  );
  expect(await served.enter(link)).toBe(204);
  expect(await refused(served, '/lans/attic/check')).toEqual([400, 'unknown-lan']);
  expect(await refused(served, '/lans/..%2f..%2fshelf/check')).toEqual([400, 'bad-lan-name']);
  expect(await refused(served, '/lans/torn/check')).toEqual([400, 'lan-broken']);
  expect(await refused(served, '/lans/shelf/devices/nano9/check')).toEqual([400, 'unknown-device']);
  expect(await refused(served, '/lans/shelf/devices/nano1/unlock')).toEqual([400, 'device-unreachable']);
});

it.each([
  ['light', '/devices'],
  ['dark', '/devices/shelf/nano1'],
] as const)('%s and 390 px wide, nothing of %s is cut, and axe finds nothing', async (colorScheme, path) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.emulateMedia({ colorScheme });
  await page.goto(`${served.root}${path}`);
  await expect.poll(() => page.locator('main').innerText(), within).toContain('Debian');
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  expect(await violations(page)).toEqual([]);
});

it('nothing moves in any view for whoever asks for less motion, not even what a later rule would move', async () => {
  const running = () => page.evaluate('document.getAnimations().length');
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const view of ['Fleet', 'Jobs', 'Inference', 'Files', 'Devices']) {
    await page.getByRole('navigation').getByRole('link', { name: view }).click();
    await expect.poll(() => page.locator('h1').innerText(), within).toBe(view);
    expect(await running()).toBe(0);
  }
  await page.evaluate(`
    const { sheet } = document.querySelector('link[href="/assets/look.css"]');
    sheet.insertRule('@keyframes turn { to { rotate: 1turn } }');
    sheet.insertRule('h1 { animation: turn 1s infinite }');
  `);
  expect(await running()).toBe(0);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  expect(await running()).toBe(1);
});
