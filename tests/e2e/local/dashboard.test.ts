import { createConnection, type Socket } from 'node:net';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, openPage, ServedDashboard, violations, zipOf } from '../dashboard-bed.js';
import { localPid, localResult } from '../local-fleet.js';
import { TestWorkspace } from '../workspace.js';

/** `collab dashboard` on a fleet of three processes on this machine, in a real browser. */
const workspace = TestWorkspace.make();
const within = { timeout: 60_000, interval: 250 };
let browser: Browser;
let served: ServedDashboard;

beforeAll(async () => {
  const up = await workspace.collab('fleet', 'up', '--local', '--yes', '--profile', 'fast');
  expect(up.code, up.stderr).toBe(0);
  mkdirSync(join(workspace.folder, 'forever'));
  writeFileSync(join(workspace.folder, 'forever/run.sh'), 'exec sleep 600\n');
  served = await ServedDashboard.start(workspace, '--port', '0');
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await served.stop();
  await workspace.collab('fleet', 'down', '--local', '--yes');
});

const newLink = async () => {
  const { link } = await workspace.result<{ link: string }>(
    'dashboard',
    '--link',
    '--port',
    String(served.port),
  );
  return link;
};

describe('in a browser', () => {
  it('a link shows the fleet as it is, works once, and leaves no secret behind', async () => {
    const link = await newLink();
    const { page, complaints } = await openPage(browser, link);
    await page.waitForURL(`${served.root}/fleet`);
    await expect.poll(() => page.locator('.tile.alive').count(), within).toBe(3);
    expect(await page.locator('.summary').innerText()).toMatch(/3 of 3 alive/);
    await expect.poll(() => page.locator('.summary').innerText(), within).toMatch(/answer\s+quorum/);
    expect(await page.context().cookies()).toMatchObject([{ httpOnly: true, sameSite: 'Strict' }]);
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(complaints).toEqual([]);
    const again = await openPage(browser, link);
    await expect.poll(() => again.page.locator('#told').innerText(), within).toContain('used already');
    await Promise.all([page.close(), again.page.close()]);
  });

  it('each view has its address; the back button, the keyboard and screen readers work', async () => {
    const { page, complaints } = await openPage(browser, await newLink());
    await page.waitForURL(`${served.root}/fleet`);
    await page.getByRole('button', { name: 'Table' }).click();
    await expect.poll(() => page.locator('tbody tr').count(), within).toBe(3);
    expect(page.url()).toContain('as=table');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Member' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('th[aria-sort=descending]').count(), within).toBe(1);
    const [name = ''] = await page.locator('tbody th a').allInnerTexts();
    await page.locator('tbody th a').first().click();
    expect(new URL(page.url()).pathname).toBe(`/fleet/${name}`);
    await expect.poll(() => page.locator('h1').innerText(), within).toBe(name);
    expect(await violations(page)).toEqual([]);
    await page.reload();
    await expect.poll(() => page.locator('.facts').innerText(), within).toContain('alive');
    await page.goBack();
    await expect.poll(() => page.locator('tbody tr').count(), within).toBe(3);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)('%s and %i px wide, nothing is cut, and axe finds nothing', async (colorScheme, width) => {
    const { page } = await openPage(browser, await newLink(), {
      colorScheme,
      viewport: { width, height: 800 },
    });
    await page.waitForURL(`${served.root}/fleet`);
    await expect.poll(() => page.locator('.tile').count(), within).toBe(3);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('a zip that is dropped runs on the fleet, and its output is there', async () => {
    const zip = await zipOf({
      'run.sh': 'echo "<b>task</b> on $n"\necho kept > "$COLLAB_OUTPUTS/kept.txt"\n',
    });
    const { page, complaints } = await openPage(browser, await newLink());
    await page.waitForURL(`${served.root}/fleet`);
    await page.getByRole('link', { name: 'Jobs' }).click();
    await page.getByText('Submit a job').click();
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'job.zip', mimeType: 'application/zip', buffer: zip });
    await page.getByLabel('Command').fill('sh ./run.sh');
    await page.getByLabel('Name', { exact: true }).fill('from the page');
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await page.waitForURL(`${served.root}/jobs/*`);
    await expect.poll(() => page.locator('.state.done').count(), within).toBeGreaterThan(1);
    expect(await page.locator('h1').innerText()).toBe('from the page');
    await page.getByRole('button', { name: 'Show' }).click();
    await expect.poll(() => page.locator('pre').innerText(), within).toContain('<b>task</b> on');
    expect(await page.locator('canvas.stream').getAttribute('aria-label')).toMatch(/1 attempt/);
    expect(await violations(page)).toEqual([]);
    await expect.poll(() => page.getByText(/Files that its tasks left/).count(), within).toBe(1);
    await page.getByText(/Files that its tasks left/).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: '1/task-0/outputs/kept.txt' }).click(),
    ]);
    expect(readFileSync(await download.path(), 'utf8')).toBe('kept\n');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('a job is cancelled after a question, and a zip that is none is refused in words', async () => {
    const { id } = await localResult<{ id: string }>(
      workspace,
      'job',
      'submit',
      'forever',
      '--',
      'sh',
      './run.sh',
    );
    const { page } = await openPage(browser, await newLink());
    await page.waitForURL(`${served.root}/fleet`);
    await page.goto(`${served.root}/jobs/${id}`);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'No' }).click();
    await expect.poll(() => page.locator('dialog').count(), within).toBe(0);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Cancel the job' }).click();
    await expect.poll(() => page.locator('.state.cancelled').count(), within).toBeGreaterThan(0);
    await page.getByRole('link', { name: 'Jobs' }).first().click();
    await page.getByText('Submit a job').click();
    const none = Buffer.from('no zip');
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'job.zip', mimeType: 'application/zip', buffer: none });
    await page.getByLabel('Command').fill('true');
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await expect.poll(() => page.getByRole('alert').innerText(), within).toMatch(/zip/);
    await page.close();
  });

  it('a member that is killed fails on the page, and a server that is gone is said to be gone', async () => {
    const { page } = await openPage(browser, await newLink());
    await page.waitForURL(`${served.root}/fleet`);
    await expect.poll(() => page.locator('.tile.alive').count(), within).toBe(3);
    const [first = ''] = await page.locator('.tile h2 a').allInnerTexts();
    process.kill(localPid(workspace, first, 'agent'), 'SIGKILL');
    process.kill(localPid(workspace, first, 'member'), 'SIGKILL');
    await expect.poll(() => page.locator('.tile.failed h2 a').allInnerTexts(), within).toEqual([first]);
    await served.stop();
    await expect.poll(() => page.getByRole('alert').innerText(), within).toMatch(/^Not connected since/);
    const before = served;
    served = await ServedDashboard.start(workspace, '--port', String(before.port));
    // The page comes back by itself, without a new link.
    await expect.poll(() => page.getByRole('alert').count(), within).toBe(0);
    await workspace.collab('fleet', 'up', '--local', '--yes', '--profile', 'fast');
    await expect.poll(() => page.locator('.tile.alive').count(), within).toBe(3);
    await page.close();
  });
});

describe('security', () => {
  beforeAll(async () => {
    expect(await served.enter(await newLink())).toBe(204);
  });
  const own = () => ({ origin: served.root, 'sec-fetch-site': 'same-origin' });

  it('without a session nothing is told', async () => {
    const headers = { cookie: '' };
    for (const path of ['/live', '/v1/members', '/history/x'])
      expect((await served.ask('GET', path, headers)).status).toBe(401);
    expect((await served.ask('GET', '/fleet', { ...headers, accept: 'text/html' })).text).toContain(
      'collab dashboard --link',
    );
    expect((await served.ask('POST', '/links', { ...headers, origin: served.root })).status).toBe(403);
    expect((await served.ask('GET', '/v1/members')).status).toBe(200);
  });

  it('another name (DNS rebinding) and pages of other sites are refused, also with the cookie', async () => {
    expect((await served.ask('GET', '/v1/members', { host: `evil.example:${served.port}` })).status).toBe(
      421,
    );
    for (const origin of ['http://evil.example', 'null', `http://127.0.0.1:${served.port + 1}`]) {
      const posted = await served.ask('POST', '/v1/job-ids', { origin });
      expect([origin, posted.status]).toEqual([origin, 403]);
    }
    expect((await served.ask('POST', '/v1/job-ids')).status).toBe(403);
    expect(
      (await served.ask('POST', '/v1/job-ids', { ...own(), 'sec-fetch-site': 'cross-site' })).status,
    ).toBe(403);
    expect((await served.ask('POST', '/v1/job-ids', own())).status).toBe(201);
  });

  it('names with HTML and paths stay names: no file of this machine, and nothing that runs', async () => {
    const name = '<img src=x onerror=alert(1)>.html';
    const path = `/v1/files/${encodeURIComponent(name)}`;
    expect((await served.ask('PUT', path, own(), '<script>alert(1)</script>')).status).toBe(201);
    const got = await served.ask('GET', path);
    expect(got.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
    });
    expect(got.headers['content-security-policy']).toContain('sandbox');
    for (const wanted of [
      '/assets/../../../package.json',
      '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
      '/assets//etc/passwd',
    ])
      expect((await served.ask('GET', wanted)).status).toBe(404);
  });

  it('every answer forbids scripts of others, frames, referrers, and being kept', async () => {
    for (const path of ['/fleet', '/assets/page.js', '/v1/members', '/enter']) {
      const { headers } = await served.ask('GET', path);
      expect(headers).toMatchObject({
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
        'cache-control': 'no-store',
      });
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
    }
  });

  it('1,000 connections that say nothing keep nobody out, and an upload that pauses for as long is not cut', async () => {
    const slow = served.pausedUpload('/v1/files/slow', { ...own(), 'content-length': '8' }, 'half');
    const idle: Socket[] = [];
    for (let count = 0; count < 1000; count += 1) {
      const socket = createConnection({ host: '127.0.0.1', port: served.port });
      socket.on('error', () => undefined);
      idle.push(socket);
    }
    await expect.poll(() => idle.filter((one) => !one.connecting).length, within).toBe(1000);
    expect((await served.ask('GET', '/v1/members')).status).toBe(200);
    await expect.poll(() => idle.every((one) => one.closed || one.readableEnded), within).toBe(true);
    expect(await slow.end('half')).toBe(201);
  });

  it('an upload of 10 GB is refused before it is sent, and so is one that does not say how long it is', async () => {
    for (const [path, method] of [
      ['/submit?command=true', 'POST'],
      ['/v1/files/large', 'PUT'],
    ] as const) {
      const large = await served.ask(method, path, { ...own(), 'content-length': '10000000000' });
      expect([path, large.status]).toEqual([path, 413]);
      const open = await served.ask(method, path, { ...own(), 'transfer-encoding': 'chunked' });
      expect([path, open.status]).toEqual([path, 411]);
    }
    // Without a session, a link is all that is taken.
    const cookie = '';
    const entered = await served.ask('POST', '/enter', { ...own(), cookie, 'content-length': '10000000000' });
    expect(entered.status).toBe(413);
    const kept = readdirSync(join(workspace.folder, '.collab/dashboard/local'));
    expect(kept.filter((name) => name.startsWith('upload-'))).toEqual([]);
  });

  it('with --read-only nothing can be changed', async () => {
    const shown = await ServedDashboard.start(workspace, '--port', '0', '--read-only');
    try {
      expect(await shown.enter()).toBe(204);
      expect((await shown.ask('GET', '/v1/members')).status).toBe(200);
      const posted = await shown.ask('POST', '/v1/job-ids', { origin: shown.root });
      expect([posted.status, posted.text]).toEqual([403, expect.stringContaining('--read-only')]);
    } finally {
      await shown.stop();
    }
  });

  it('only this user can read what is kept, and no secret is in it', () => {
    const folder = join(workspace.folder, '.collab/dashboard/local');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) {
      expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
      expect(readFileSync(join(folder, name), 'utf8')).not.toContain(served.link.split('#')[1]);
    }
  });
});
