import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { completeRole, RunFolder, runOf } from '../fixtures/run-folder.js';
import { keys, onTerminal } from './on-terminal.js';
import { TestWorkspace } from './workspace.js';

const lab = inject('labWorkspace');

it('prints help without a terminal', async () => {
  const { code, stdout, stderr } = await TestWorkspace.make().collab();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('Usage: collab');
});

it('offers setup if there is no LAN, and runs the chosen command line', async () => {
  const workspace = TestWorkspace.make();
  const logs = join(workspace.folder, 'Logs/split-inference');
  const run = await RunFolder.make(runOf(), logs, '20261121-125301-a1b2');
  await run.role(1, 'client', completeRole());
  const ended = await onTerminal(workspace, [
    { wait: 'What do you want to do?', type: `Report${keys.enter}` },
  ]);
  expect(ended.code, ended.stdout).toBe(0);
  expect(ended.stdout).toContain('Set up a LAN');
  expect(ended.stdout).toContain('Run hello on this machine');
  expect(ended.stdout).toContain('> collab report\r\n');
  expect(ended.stdout).toContain('reports/report.html');
});

it('checks the current LAN with one key', async () => {
  const workspace = new TestWorkspace(lab);
  const ended = await onTerminal(workspace, [{ wait: 'What do you want to do?', type: keys.enter }]);
  expect(ended.code, ended.stdout).toBe(0);
  expect(ended.stdout).toContain('Check the devices of LAN lab (edge1, edge2)');
  expect(ended.stdout).toContain('> collab device check\r\n');
  expect(ended.stdout).toMatch(/edge2 +collab@\S+ +\S*yes/);
});

it('exits with the code of the command, and with 130 on Ctrl-C', async () => {
  const workspace = TestWorkspace.make();
  const wrong = await onTerminal(workspace, [
    { wait: 'What do you want to do?', type: `Run broken${keys.enter}` },
  ]);
  expect(wrong.stdout).toContain('> collab run broken --local');
  expect(wrong.code, wrong.stdout).toBe(2);
  const ended = await onTerminal(workspace, [{ wait: 'What do you want to do?', type: keys.interrupt }]);
  expect(ended.code, ended.stdout).toBe(130);
  expect(ended.stdout).not.toMatch(/^ +at /m);
});
