import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../events.js';
import { onlyUser, serveDashboard } from './serve.js';

const hourMs = 3600_000;

/** A dashboard of a fleet that does not answer, at the time that the test says. */
async function served(folder: string, nowMs: () => number, port = 0) {
  const silent = () => Promise.reject(new Error('No member answers.'));
  const dashboard = await serveDashboard(
    {
      fleet: 'shelf',
      members: silent,
      store: silent,
      workers: silent,
      jobs: silent,
      submit: silent,
      api: () => undefined,
      routes: [],
      views: [],
      folder,
      readOnly: false,
      version: '0',
      clock: { ...systemClock, now: () => new Date(nowMs()) },
      secret: () => Math.random().toString(36),
      log: () => undefined,
    },
    { address: '127.0.0.1', port, hosts: () => [], visitors: onlyUser('ann', 'owner'), tls: null },
  );
  const root = `http://127.0.0.1:${dashboard.port}`;
  const enter = (body = dashboard.newLink('ann').split('#')[1] ?? '') =>
    fetch(`${root}/enter`, { method: 'POST', body, headers: { origin: root } });
  const ask = (cookie: string) => fetch(`${root}/history/none`, { headers: { cookie } });
  return { dashboard, enter, ask };
}

const cookieIn = (answer: Response): string => answer.headers.get('set-cookie')?.split(';')[0] ?? '';

it('a session lasts 12 h from its last use, also over a restart; the cookie is given anew with each use', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'collab-dashboard-'));
  let nowMs = Date.parse('2026-12-01T08:00:00Z');
  const first = await served(folder, () => nowMs);
  const cookie = cookieIn(await first.enter());
  nowMs += 11 * hourMs;
  const used = await first.ask(cookie);
  expect([used.status, cookieIn(used)]).toEqual([200, cookie]);
  expect(used.headers.get('set-cookie')).toContain(`Max-Age=${12 * 3600}`);
  await first.dashboard[Symbol.asyncDispose]();
  expect(readFileSync(join(folder, 'sessions.json'), 'utf8')).not.toContain(cookie.split('=')[1]);

  nowMs += 11 * hourMs;
  // The name of the cookie has the port.
  const second = await served(folder, () => nowMs, first.dashboard.port);
  expect((await second.ask(cookie)).status).toBe(200);
  nowMs += 12 * hourMs;
  expect((await second.ask(cookie)).status).toBe(401);
  await second.dashboard[Symbol.asyncDispose]();
});
