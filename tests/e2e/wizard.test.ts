import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, inject, it } from 'vitest';
import { labName } from './lab-setup.js';
import { keys, onTerminal } from './on-terminal.js';
import { program, TestWorkspace } from './workspace.js';

const lab = inject('labWorkspace');
const key = join(lab, `.collab/lab/${labName}/id_ed25519`);
const bridge = ['--interface', `collab-${labName}`];
const inDevice = (name: string, ...argv: string[]) =>
  program('docker', 'exec', `collab-${labName}-${name}`, ...argv);

interface Saved {
  devices: { name: string; id: string; address: string; user: string; tags: string[] }[];
}
let workspace: TestWorkspace;
const lanFile = (name: string) => join(workspace.folder, `.collab/lans/${name}.json`);
const saved = (name: string) => JSON.parse(readFileSync(lanFile(name), 'utf8')) as Saved;

beforeAll(() => {
  workspace = TestWorkspace.make();
});

it('leads from this machine to a named LAN, and offers to scan for devices that mDNS did not find', async () => {
  await inDevice('edge2', 'pkill', 'avahi-daemon');
  for (const name of ['edge1', 'edge2']) await inDevice(name, 'gpasswd', '-d', 'collab', 'docker');
  try {
    const ended = await onTerminal(
      workspace,
      [
        { wait: '1 of 2 devices answered by mDNS. Scan port 22', type: `y${keys.enter}` },
        { wait: 'Which devices do you want', type: keys.enter },
        { wait: 'User name on', type: `collab${keys.enter}` },
        { wait: 'Trust these 2 host keys', type: keys.enter },
        { wait: 'Run these commands on edge2, edge1?', type: keys.enter },
        { wait: 'Save as LAN:', type: `wizard${keys.enter}` },
      ],
      'setup',
      ...bridge,
      '--expect',
      '2',
      '--timeout',
      '2',
      '--key',
      key,
    );
    expect(ended.code, ended.stdout).toBe(0);
    const inOrder = [
      'This machine:',
      'Looking for devices',
      'Trying port 22',
      'Which devices do you want',
      'shows the host key',
      'connected, host key',
      'edge2, edge1 lack the following',
      'To run them later',
      'Saved LAN wizard',
    ];
    const places = inOrder.map((text) => ended.stdout.indexOf(text));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThanOrEqual(0);
    expect(ended.stdout.match(/usermod -aG docker collab/g)).toHaveLength(1);
    expect(ended.stdout).not.toContain('is not ready (engine)');
    // It would read nothing on these devices, and roles bring their own.
    expect(ended.stdout).not.toContain('install python3');
  } finally {
    for (const name of ['edge1', 'edge2']) await inDevice(name, 'gpasswd', '-a', 'collab', 'docker');
    const daemon = ['avahi-daemon', '--daemonize', '--no-drop-root', '--no-rlimits', '--no-chroot'];
    await inDevice('edge2', ...daemon);
  }
  expect(saved('wizard').devices.map(({ name, user }) => [name, user])).toEqual([
    ['edge2', 'collab'],
    ['edge1', 'collab'],
  ]);
});

it('edits a LAN with saved values filled in; Ctrl-C at the last question leaves it unchanged', async () => {
  const before = readFileSync(lanFile('wizard'), 'utf8');
  const ended = await onTerminal(
    workspace,
    [
      { wait: 'Which devices do you want', type: keys.enter },
      { wait: '(wizard)', type: keys.interrupt },
    ],
    'setup',
    ...bridge,
    '--expect',
    '2',
    '--no-fix',
  );
  expect(ended.code, ended.stdout).toBe(130);
  expect(ended.stdout).toContain('Save as LAN:');
  expect(ended.stdout).toContain('saved as edge2');
  expect(ended.stdout).not.toMatch(/User name on|Trust/);
  expect(ended.stdout).toContain('Interrupted');
  expect(readFileSync(lanFile('wizard'), 'utf8')).toBe(before);
  expect((await workspace.collab('device', 'list')).code).toBe(0);
});

it('exits with 130 on Ctrl-C at the first question, and saves nothing', async () => {
  const empty = TestWorkspace.make();
  const ended = await onTerminal(
    empty,
    [{ wait: 'Which devices do you want', type: keys.interrupt }],
    'setup',
    '--lan',
    'wizard',
    ...bridge,
    '--expect',
    '2',
  );
  expect(ended.code, ended.stdout).toBe(130);
  expect(existsSync(join(empty.folder, '.collab/lans/wizard.json'))).toBe(false);
  expect((await empty.collab('device', 'list')).stderr).toContain('No LAN is set up');
});

it('accepts typed addresses if no device is found', async () => {
  const one = saved('wizard').devices.find(({ name }) => name === 'edge1');
  const ended = await onTerminal(
    workspace,
    [
      { wait: 'Device addresses', type: `collab@${one?.address ?? '?'}${keys.enter}` },
      { wait: 'Trust this host key', type: keys.enter },
    ],
    'setup',
    '--lan',
    'typed',
    '--interface',
    'lo',
    '--no-scan',
    '--timeout',
    '0.3',
    '--no-fix',
    '--key',
    key,
  );
  expect(ended.code, ended.stdout).toBe(0);
  expect(ended.stdout).toContain('No device answered on lo.');
  expect(saved('typed').devices.map(({ name }) => name)).toEqual(['edge1']);
});

it('does not ask what a file answers; flags take precedence; a host key with another fingerprint is rejected', async () => {
  const two = saved('wizard').devices.find(({ name }) => name === 'edge2');
  const answers = join(workspace.folder, 'answers.json');
  const write = (trust: string) =>
    writeFileSync(
      answers,
      JSON.stringify({
        lan: 'other',
        trust,
        fix: false,
        devices: [{ address: `collab@${two?.address ?? '?'}`, name: 'cam', tags: ['camera'], key }],
      }),
    );
  write(`SHA256:${'A'.repeat(43)}`);
  const refused = await workspace.collab('setup', '--answers', answers, '--lan', 'file');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('--trust <fingerprint>');
  expect(existsSync(lanFile('file'))).toBe(false);
  write(two?.id ?? '?');
  const ended = await workspace.collab('setup', '--answers', answers, '--lan', 'file');
  expect(ended.code, ended.stderr).toBe(0);
  expect(saved('file').devices).toMatchObject([{ name: 'cam', tags: ['camera'], id: two?.id }]);
  writeFileSync(answers, '{"lan": "shelf", "password": "canary", "expect": "two"}');
  const wrong = await workspace.collab('setup', '--answers', answers);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('expect: Invalid input');
  expect(wrong.stderr).toContain('Unrecognized key: "password"');
  expect(wrong.stderr).not.toContain('canary');
});
