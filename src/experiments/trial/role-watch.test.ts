import { mkdir, mkdtemp, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeShell } from '../../network/shell/fake-shell.js';
import type { RunningRole } from '../../deployment/index.js';
import { roleFolder } from '../../logs/index.js';
import { RoleWatch } from './role-watch.js';

test('the last lines of a log are read from its end, however long it is', async () => {
  const run = await mkdtemp(join(tmpdir(), 'role-watch-'));
  const log = join(roleFolder(run, { trial: 1 }, 'worker', 0), 'stderr.log');
  await mkdir(dirname(log), { recursive: true });
  const sizeBytes = 2 ** 31 + 1;
  const file = await open(log, 'w');
  await file.truncate(sizeBytes);
  await file.write('\nfirst\n\nsecond\nlast', sizeBytes);
  await file.close();
  const shell = new FakeShell();
  const waitForEnd = () => new Promise<void>(() => undefined);
  const running = { folder: '/role', connected: { shell }, waitForEnd } as unknown as RunningRole;
  const none = () => undefined;
  const watch = new RoleWatch(running, 'nano1', false, dirname(log), () => 0, none);
  expect(await watch.lastLines(3)).toEqual(['first', 'second', 'last']);
});
