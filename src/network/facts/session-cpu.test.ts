import { expect, test } from 'vitest';
import { FakeShell } from '../shell/fake-shell.js';
import { LocalShell } from '../shell/local-shell.js';
import { SessionCpu } from './session-cpu.js';

test('adds up the processes that serve a connection', async () => {
  const shell = new FakeShell(() => ({ stdout: '812\n820\n' }));
  await shell.write('/proc/812/schedstat', '1500000000 20 30\n');
  await shell.write('/proc/820/schedstat', '250000000 20 30\n');
  const cpu = await SessionCpu.of(shell);
  expect(cpu?.pids).toEqual([812, 820]);
  expect(await cpu?.seconds()).toBe(1.75);
  await shell.remove('/proc/820/schedstat');
  expect(await cpu?.seconds()).toBeNull();
});

test('there are none on this machine', async () => {
  expect(await SessionCpu.of(new LocalShell())).toBeNull();
});
