import { mkdtempSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { notifyOfRun } from './notify.js';

const folder = mkdtempSync(join(tmpdir(), 'collab-notify-'));
const run = { runId: '20261201-093000-ab12', folder: join(folder, 'hello/r1'), state: 'complete' };
const never = new AbortController().signal;
const marks = `trap "" TERM; sleep 50 & wait; touch ${join(folder, 'went-on')}`;

it('a command that takes too long is killed, with what it started', async () => {
  expect(await notifyOfRun(marks, run, never, 300)).toBe('the command of --notify was killed after 0.3 s');
  expect(existsSync(join(folder, 'went-on'))).toBe(false);
});

it('Ctrl-C ends a command, but not one that begins after it', async () => {
  const abort = new AbortController();
  const ending = notifyOfRun(marks, run, abort.signal);
  abort.abort();
  expect(await notifyOfRun('true', run, abort.signal)).toBeNull();
  expect(await ending).toBe('the command of --notify was ended by Ctrl-C');
});

it('a command of collab in it is not the detached process', async () => {
  vi.stubEnv('COLLAB_DETACHED', '/log');
  expect(
    await notifyOfRun('test -z "$COLLAB_DETACHED" && test "$COLLAB_STATE" = complete', run, never),
  ).toBeNull();
  vi.unstubAllEnvs();
});
