import { expect, it } from 'vitest';
import { connectedTo, deviceOf } from '../../../tests/fixtures/connected-device.js';
import { FakeShell, type FakeAnswer } from '../../network/shell/fake-shell.js';
import { applyRemedies } from './apply-remedies.js';
import type { FixEvent } from './events.js';
import type { Remedy } from './remedy.js';

const group: Remedy = {
  lack: 'docker group',
  what: '',
  advice: null,
  commands: [{ argv: ['usermod', '-aG', 'docker', 'pi'], asRoot: true }],
};
const python: Remedy = {
  lack: 'python',
  what: '',
  advice: null,
  commands: ['update', 'install'].map((act) => ({ argv: ['apt-get', act], asRoot: true })),
};
const disk: Remedy = {
  lack: 'disk',
  what: '',
  advice: 'And images.',
  commands: [{ argv: ['docker', 'prune'], asRoot: false }],
};

/** Applies remedies for a login with this user id; sudo exits with this code. */
async function apply(
  remedies: Remedy[],
  {
    uid = '1000',
    sudo = 0,
    answers = {},
  }: { uid?: string; sudo?: number; answers?: Record<string, FakeAnswer> },
) {
  const events: FixEvent[] = [];
  const shell = new FakeShell((argv) => {
    if (argv[0] === 'id') return { stdout: `${uid}\n` };
    if (argv.join(' ') === 'sudo -n true') return { code: sudo };
    return answers[argv.join(' ')] ?? {};
  });
  const applied = await applyRemedies(connectedTo(deviceOf('nano1'), shell), remedies, {
    emit: (event) => events.push(event),
  });
  return {
    outcomes: applied.map(({ lack, outcome }) => `${lack}: ${outcome}`),
    ran: shell.ran.slice(uid === '0' ? 1 : 2).map((argv) => argv.join(' ')),
    events,
  };
}

it('runs as root through sudo, and reports every command and line', async () => {
  const { outcomes, ran, events } = await apply([group, disk], {
    answers: { 'docker prune': { stdout: 'Total: 1 GB\n' } },
  });
  expect(outcomes).toEqual(['docker group: ran', 'disk: ran']);
  expect(ran).toEqual(['sudo -n usermod -aG docker pi', 'docker prune']);
  const about = { device: 'nano1' };
  expect(events).toEqual([
    { kind: 'fix.running', ...about, lack: 'docker group', command: 'sudo usermod -aG docker pi' },
    { kind: 'fix.ran', ...about, lack: 'docker group' },
    { kind: 'fix.running', ...about, lack: 'disk', command: 'docker prune' },
    { kind: 'fix.line', ...about, line: 'Total: 1 GB' },
    { kind: 'fix.ran', ...about, lack: 'disk' },
  ]);
});

it('does not use sudo as root', async () => {
  expect((await apply([group], { uid: '0' })).ran).toEqual(['usermod -aG docker pi']);
});

it('runs nothing that would ask for a password, and says what to type', async () => {
  const { outcomes, ran, events } = await apply([python, disk], { sudo: 1 });
  expect(outcomes).toEqual(['python: by-hand', 'disk: ran']);
  expect(ran).toEqual(['docker prune']);
  expect(events[0]).toEqual({
    kind: 'fix.by-hand',
    device: 'nano1',
    lack: 'python',
    reason: 'pi is not root there, and has no sudo without a password',
    commands: ['sudo apt-get update', 'sudo apt-get install'],
  });
});

it('stops a remedy at its first failing command, says why, and continues with the next remedy', async () => {
  const { outcomes, ran, events } = await apply([python, group], {
    answers: { 'sudo -n apt-get update': { code: 100, stderr: 'W: odd\nE: no \x1b[31mnetwork\n' } },
  });
  expect(outcomes).toEqual(['python: failed', 'docker group: ran']);
  expect(ran).toEqual(['sudo -n apt-get update', 'sudo -n usermod -aG docker pi']);
  expect(events).toContainEqual({
    kind: 'fix.failed',
    device: 'nano1',
    lack: 'python',
    command: 'sudo apt-get update',
    reason: 'E: no network',
  });
});
