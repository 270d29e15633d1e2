import { expect, test } from 'vitest';
import { definitionOf, roleOf } from '../../../tests/fixtures/experiment-definition.js';
import type { ExitRecord } from '../../logs/index.js';
import { judges, roleFailed, unfinalized } from './role-failure.js';
import type { RoleWatch } from './role-watch.js';

interface Seen {
  exit?: Partial<ExitRecord> | null;
  lost?: string;
  ready?: boolean;
  printed?: string[];
  prepare?: string[];
  commandAtMs?: number;
}

/** The state of a role at the end. */
function watch({ exit = null, lost, ready = true, printed = [], prepare, commandAtMs }: Seen): RoleWatch {
  const seen = {
    role: 'client',
    rank: 0,
    name: 'client-0',
    device: 'nano1',
    startedAtMs: 0,
    commandAtMs: commandAtMs ?? null,
    running: { order: { prepare: prepare ?? null, finalize: null } },
    ready,
    lost: lost ?? null,
    exit: exit === null ? null : { code: 0, signal: null, reason: 'exited', ...exit },
    ended: exit !== null || lost !== undefined,
    lastLines: (count: number) => Promise.resolve(printed.slice(-count)),
  };
  return seen as unknown as RoleWatch;
}

/** The first judgment that is one. */
function judged(seen: Seen, definition: ReturnType<typeof definitionOf>, nowMs = 1000): string | null {
  return judges.map((judge) => judge(watch(seen), definition, nowMs)).find((one) => one !== null) ?? null;
}

test.each<[string, Seen, string | null]>([
  ['runs', {}, null],
  ['ended well', { exit: {} }, null],
  ['exited with a code', { exit: { code: 3 } }, 'it exited with code 3'],
  ['was ended by a signal', { exit: { code: null, signal: 'SIGSEGV' } }, 'it was ended by SIGSEGV'],
  [
    'had no memory left',
    {
      exit: {
        code: null,
        signal: 'SIGKILL',
        message: 'the kernel killed a process of this role: out of memory',
      },
    },
    'it was ended by SIGKILL: the kernel killed a process of this role: out of memory',
  ],
  [
    'ran too long',
    { exit: { code: null, signal: 'SIGTERM', reason: 'timeout' } },
    'it ran past its timeout of 60 s',
  ],
  [
    'was stopped',
    { exit: { code: null, signal: 'SIGTERM', reason: 'stopped' } },
    'it was stopped from outside',
  ],
  [
    'never started',
    { exit: { code: null, reason: 'not-started', message: 'No such file: clinet.py' } },
    'its command could not be started: No such file: clinet.py',
  ],
  [
    'could not prepare',
    { exit: { code: null, reason: 'prepare-failed', message: 'prepare exited with code 3' } },
    'its command was not started: prepare exited with code 3',
  ],
  [
    'could not finalize',
    { exit: { finalize_failed: 'finalize exited with code 4' } },
    'its finalize exited with code 4',
  ],
  [
    'failed, and could not finalize',
    { exit: { code: 3, finalize_failed: 'finalize exited with code 4' } },
    'it exited with code 3',
  ],
  [
    'was lost',
    { lost: 'the kernel killed it: out of memory' },
    'it was lost: the kernel killed it: out of memory',
  ],
])('a role that %s', (_, seen, reason) => {
  expect(judged(seen, definitionOf(roleOf('client')))).toBe(reason);
});

test('the finalize of a service that was stopped makes the trial fail as well', () => {
  const stopped: Seen = { exit: { code: null, signal: 'SIGTERM', reason: 'stopped' } };
  expect(unfinalized([watch(stopped), watch({}), watch({ exit: {} })])).toBeNull();
  const failed = watch({ exit: { ...stopped.exit, finalize_failed: 'finalize did not end in time' } });
  expect(unfinalized([watch(stopped), failed])?.watch).toBe(failed);
});

test('a role that ends without reporting that it is ready has failed, and one that takes too long for it', () => {
  const definition = definitionOf(roleOf('client', { ready: { probe: { helper: true }, timeoutS: 5 } }));
  expect(judged({ exit: {}, ready: false }, definition)).toBe('it ended before it was ready');
  expect(judged({ exit: {}, ready: true }, definition)).toBeNull();
  expect(judged({ ready: false }, definition)).toBeNull();
  expect(judged({ ready: false }, definition, 6000)).toBe('it was not ready within 5 s');
  expect(judged({ exit: {}, ready: false }, definitionOf(roleOf('client')))).toBeNull();
});

test('a role that goes on although its wrapper should have stopped it has failed', () => {
  const definition = definitionOf(roleOf('client'));
  expect(judged({}, definition, 81_000)).toBeNull();
  expect(judged({}, definition, 83_000)).toBe('it did not stop at its timeout of 60 s');
});

test('the error names the failed role and its device, with its last lines, without its escape codes', async () => {
  const printed = Array.from({ length: 30 }, (_, line) => `line ${line}`).concat(
    '\x1b]0;owned\x07\x1b[31mOSError\x1b[0m',
  );
  const failed = watch({ exit: { code: 1 }, printed });
  const error = await roleFailed(
    { watch: failed, reason: 'it exited with code 1' },
    3,
    '/logs/3/client-0',
    false,
  );
  expect(error).toMatchObject({
    name: 'role-failed',
    what: 'Role client-0 on nano1 failed in trial 3: it exited with code 1.',
    exitCode: 3,
  });
  expect(error.why?.split('\n')).toHaveLength(16);
  expect(error.why).toContain('  OSError');
  expect(error.why).not.toContain('\x1b');
  expect(error.next).toContain('/logs/3/client-0');
});

test('with complete trials, the run is partially complete', async () => {
  const error = await roleFailed({ watch: watch({ exit: { code: 1 } }), reason: 'x' }, 3, '/logs', true);
  expect(error).toMatchObject({ exitCode: 6, why: 'It printed nothing.' });
});

test('the time that prepare takes is not the time to be ready', () => {
  const definition = definitionOf(roleOf('client', { ready: { probe: { log: 'up' }, timeoutS: 5 } }));
  const prepare = ['./fetch.sh'];
  expect(judged({ ready: false, prepare }, definition, 60_000)).toBeNull();
  expect(judged({ ready: false, prepare, commandAtMs: 58_000 }, definition, 60_000)).toBeNull();
  expect(judged({ ready: false, prepare, commandAtMs: 50_000 }, definition, 60_000)).toBe(
    'it was not ready within 5 s',
  );
});
