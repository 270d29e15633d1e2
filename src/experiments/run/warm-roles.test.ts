import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectedTo, deviceOf } from '../../../tests/fixtures/connected-device.js';
import { roleOf } from '../../../tests/fixtures/experiment-definition.js';
import { orderOf } from '../../../tests/fixtures/role-order.js';
import { FakeRuntime } from '../../deployment/runtimes/fake-runtime.js';
import type { RunningRole } from '../../deployment/index.js';
import { systemClock } from '../../events.js';
import { FakeShell } from '../../network/shell/fake-shell.js';
import type { TrialOutcome } from '../trial/index.js';
import { WarmRoles } from './warm-roles.js';

let runFolder: string;
beforeEach(() => {
  runFolder = mkdtempSync(join(tmpdir(), 'warm-roles-'));
});
afterEach(() => rmSync(runFolder, { recursive: true }));

function benchOf() {
  const below = new FakeRuntime(() => undefined);
  const roles = [roleOf('client', { restart: 'run' }), roleOf('other')];
  const warm = new WarmRoles(roles, below, {
    runFolder,
    clock: systemClock,
    notCollected: () => Promise.resolve(),
  });
  const connected = connectedTo(deviceOf('nano1'), new FakeShell());
  const start = (trial: number, role = 'client') =>
    warm.runtime.start({
      connected,
      order: orderOf({ trial, role }),
      publish: [],
      imageId: null,
      gpu: false,
      data: [],
    });
  return { below, warm, start };
}

/** A trial that failed because of a role. */
function failed(running: RunningRole, exit: { reason: string; code: number | null } | null): TrialOutcome {
  const watch = { running, exit, folder: '/logs/trials/2/client-0' };
  return { state: 'failed', failure: { watch, reason: 'it failed' } } as unknown as TrialOutcome;
}

test('a trial in which a process died is tried once more', async () => {
  const { warm, start } = benchOf();
  const died = failed(await start(1), { reason: 'exited', code: 1 });
  expect(warm.isToRepeat(died, 1)).toBe(true);
  expect(warm.isToRepeat(died, 2)).toBe(false);
  expect(warm.isToRepeat({ state: 'complete' }, 1)).toBe(false);
  expect(warm.isToRepeat(failed(await start(1, 'other'), { reason: 'exited', code: 1 }), 1)).toBe(false);
  expect(warm.isToRepeat(failed(await start(1), { reason: 'timeout', code: null }), 1)).toBe(false);
});

test('a process that ended between two trials is started again; one that never began a trial is not', async () => {
  const { below, warm, start } = benchOf();
  const first = await start(1);
  const second = await start(2);
  below.roles[0]?.die('killed');
  await second.alive();
  const outcome = failed(second, null);
  expect(warm.isToRepeat(outcome, 1)).toBe(true);
  if ('failure' in outcome) expect(warm.logsOf(outcome.failure)).toBe(join(runFolder, 'warm/client-0'));

  const other = benchOf();
  const only = await other.start(1);
  other.below.roles[0]?.die('no module named torch');
  await only.alive();
  expect(other.warm.isToRepeat(failed(only, null), 1)).toBe(false);
  expect(first.folder).not.toBe(second.folder);
});

test('processes end after a trial that did not end normally', async () => {
  const { below, warm, start } = benchOf();
  await start(1);
  await warm.settle({ state: 'complete' });
  expect(below.roles[0]?.fate).toEqual([]);
  await warm.settle({ state: 'interrupted' });
  expect(below.roles[0]?.fate.at(-1)).toMatch(/released|removed/);
});
