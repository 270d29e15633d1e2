import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { labName } from './lab-setup.js';
import { keys, onTerminal } from './on-terminal.js';
import { TestWorkspace } from './workspace.js';

const lab = inject('labWorkspace');

it('asks what no flag answers, and saves the LAN', async () => {
  const workspace = TestWorkspace.make();
  const ended = await onTerminal(
    workspace,
    [
      { wait: 'Which devices?', type: keys.enter },
      { wait: 'first use', type: keys.enter },
    ],
    ...['setup', '--lan', 'wizard', '--interface', `collab-${labName}`, '--expect', '2'],
    ...['--key', join(lab, `.collab/lab/${labName}/id_ed25519`)],
  );
  expect(ended.code, ended.stdout).toBe(0);
  expect(ended.stdout).toContain('LAN wizard is saved');
  const saved = JSON.parse(readFileSync(join(workspace.folder, '.collab/lans/wizard.json'), 'utf8')) as {
    devices: { name: string }[];
  };
  expect(saved.devices.map(({ name }) => name)).toEqual(['edge1', 'edge2']);
});

it('ends with 130 at Ctrl-C on a question, and saves nothing', async () => {
  const workspace = TestWorkspace.make();
  const ended = await onTerminal(
    workspace,
    [{ wait: 'Which devices?', type: keys.interrupt }],
    ...['setup', '--lan', 'wizard', '--interface', `collab-${labName}`, '--expect', '2'],
  );
  expect(ended.code, ended.stdout).toBe(130);
  expect(ended.stdout).toContain('Interrupted');
  expect((await workspace.collab('device', 'list')).stderr).toContain('No LAN is set up');
});
