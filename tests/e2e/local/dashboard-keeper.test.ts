import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askKeeper, openBrowser, openPage, ServedDashboard, violations, zipOf } from '../dashboard-bed.js';
import { localPid, localResult } from '../local-fleet.js';
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
  writeFileSync(at('fleet.yaml'), 'profile: fast\ndashboard: true\n');
  const up = await workspace.collab('fleet', 'up', '--local', '--yes');
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

interface Link {
  link: string;
  user: string;
  fingerprint: string;
  keeper: { name: string; port: number };
}
/** The agents start their programs within seconds. */
const linkOf = async (of: TestWorkspace, ...flags: string[]): Promise<Link> => {
  let found: Link | null = null;
  await expect
    .poll(async () => {
      found = await of.result<Link>('dashboard', '--local', '--keeper', ...flags).catch(() => null);
      return found;
    }, within)
    .not.toBeNull();
  return found as unknown as Link;
};
const pageOf = async ({ link }: Link) => {
  const opened = await openPage(browser, link, { ignoreHTTPSErrors: true });
  await opened.page.waitForURL(/\/fleet$/);
  return { ...opened, root: new URL(link).origin };
};

it('each keeper serves it to users as those users, and another one when one is lost', async () => {
  const first = await linkOf(workspace, 'm1');
  expect(first).toMatchObject({
    keeper: { name: 'm1' },
    fingerprint: expect.stringMatching(/^[0-9A-F:]{95}$/) as string,
  });
  const owner = await pageOf(first);
  await expect.poll(() => summary(owner.page), within).toMatch(/3 of 3 alive[^]*answer\s+quorum/);
  expect(await owner.page.getByRole('navigation').innerText()).toMatch(/^Fleet\s*Jobs\s*Inference\s*Files$/);
  expect(await owner.page.context().cookies()).toMatchObject([
    { httpOnly: true, secure: true, sameSite: 'Strict' },
  ]);
  await owner.page.goto(`${owner.root}/fleet/m2`);
  await expect.poll(() => owner.page.locator('.facts').innerText(), within).toMatch(/alive[^]*CPU\s+unknown/);
  expect(await violations(owner.page)).toEqual([]);

  await owner.page.getByRole('link', { name: 'Jobs' }).click();
  await owner.page.getByText('Submit a job').click();
  const buffer = await zipOf({ 'run.sh': 'exec sleep 600\n' });
  await owner.page
    .locator('input[type=file]')
    .setInputFiles({ name: 'job.zip', mimeType: 'application/zip', buffer });
  await owner.page.getByLabel('Command').fill('sh ./run.sh');
  await owner.page.getByRole('button', { name: 'Submit', exact: true }).click();
  await owner.page.waitForURL(`${owner.root}/jobs/*`);
  const path = new URL(owner.page.url()).pathname;
  expect(owner.complaints).toEqual([]);

  const ben = await pageOf(await linkOf(guest, 'm2'));
  await ben.page.goto(`${ben.root}${path}`);
  await ben.page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await ben.page.getByRole('dialog').getByRole('button', { name: 'Cancel the job' }).click();
  await expect
    .poll(() => ben.page.getByRole('alert').innerText(), within)
    .toMatch(/another user|not yours|owner/);

  // The session goes on after the agent was started again, and ends with the user.
  process.kill(localPid(workspace, 'm2', 'agent'), 'SIGKILL');
  await expect.poll(() => ben.page.getByText('Not connected since').count(), within).toBe(1);
  await workspace.result('fleet', 'up', '--local');
  await expect.poll(() => ben.page.getByText('Not connected since').count(), within).toBe(0);
  expect(ben.page.url()).toBe(`${ben.root}${path}`);
  await workspace.result('fleet', 'user', 'remove', 'ben', '--yes', '--local');
  await expect.poll(() => ben.page.getByText('This browser is not let in').count(), within).toBe(1);
  const { stderr } = await guest.collab('dashboard', '--local', '--keeper');
  expect(stderr).toContain('No user of this fleet has signed the token');

  for (const service of ['agent', 'member', 'nats'] as const)
    process.kill(localPid(workspace, 'm1', service), 'SIGKILL');
  await expect.poll(() => owner.page.getByText('Not connected since').count(), within).toBe(1);
  const other = await pageOf(await linkOf(workspace, 'm3'));
  await expect.poll(() => summary(other.page), within).toMatch(/2 of 3 alive/);
  await other.page.goto(`${other.root}${path}`);
  await expect.poll(() => other.page.locator('h1').innerText(), within).toBe('job');
  await Promise.all([owner, ben, other].map(({ page }) => page.close()));
});

it('refuses names of other sites and their pages, and lets in who has a link only', async () => {
  const { link, keeper } = await linkOf(workspace, 'm3');
  const place = { port: keeper.port, ca: readFileSync(at('.collab/fleets/local/ca.pem'), 'utf8') };
  const host = `127.0.0.1:${keeper.port}`;
  const origin = `https://${host}`;
  const secret = link.split('#')[1] ?? '';
  for (const [status, method, path, headers] of [
    [421, 'GET', '/', { host: `evil.example:${keeper.port}` }],
    [421, 'POST', '/links', { host: `evil.example:${keeper.port}` }],
    [403, 'POST', '/enter', { host, origin: 'https://evil.example' }],
    [403, 'POST', '/enter', { host, origin, 'sec-fetch-site': 'cross-site' }],
    [403, 'POST', '/enter', { host }],
    [403, 'POST', '/links', { host, authorization: `Bearer ${secret}` }],
    [401, 'GET', '/v1/jobs', { host, authorization: `Bearer ${secret}` }],
    [401, 'GET', '/live', { host }],
  ] as const)
    expect((await askKeeper(place, method, path, headers)).status, `${method} ${path}`).toBe(status);
  const entered = await askKeeper(place, 'POST', '/enter', { host, origin }, secret);
  expect([entered.status, entered.cookie]).toEqual([204, expect.stringContaining('; Secure')]);
  const cookie = entered.cookie.split(';')[0] ?? '';
  expect((await askKeeper(place, 'GET', '/history/none', { host, cookie })).status).toBe(200);
  expect((await askKeeper(place, 'POST', '/enter', { host, origin }, secret)).status).toBe(403);
});
