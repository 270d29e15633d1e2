import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { labName } from './lab-setup.js';
import { program, TestWorkspace } from './workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));

interface Result {
  devices: { device: string; to: string; way: string; steps: { kind: string; path: string }[] }[];
}

/** Runs a command on a device of the Lab, at its address in the LAN file. */
async function onDevice(name: string, command: string): Promise<string> {
  const lan = JSON.parse(readFileSync(join(workspace.folder, '.collab/lans/lab.json'), 'utf8')) as {
    devices: { name: string; address: string; user: string; key_path: string }[];
  };
  const device = lan.devices.find((one) => one.name === name);
  if (device === undefined) throw new Error(`no ${name}`);
  const key = join(workspace.folder, `.collab/lab/${labName}/id_ed25519`);
  const known = `UserKnownHostsFile=${join(workspace.folder, '.collab/lans/lab.known_hosts')}`;
  const login = `${device.user}@${device.address}`;
  const ended = await program('ssh', '-F', '/dev/null', '-i', key, '-o', known, login, command);
  return ended.stdout + ended.stderr;
}

const resultOf = (stdout: string) => JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Result;

describe('sync to the Lab', () => {
  it('sends the code of the workspace, then only what changed', { timeout: 240_000 }, async () => {
    writeFileSync(join(workspace.folder, 'TestCases/hello/notes.txt'), 'one');
    mkdirSync(join(workspace.folder, 'Logs'), { recursive: true });
    const planned = await workspace.collab('sync', '--to', 'collab/work', '--dry-run');
    expect(planned.code, planned.stderr).toBe(0);
    expect(planned.stdout).toContain('new file    TestCases/hello/notes.txt');
    expect(await onDevice('edge1', 'ls collab/work')).toMatch(/No such file/);

    const first = await workspace.collab('sync', '--to', 'collab/work', '--json');
    expect(first.code, first.stderr).toBe(0);
    expect(resultOf(first.stdout).devices.map(({ device }) => device)).toEqual(['edge1', 'edge2']);
    expect(await onDevice('edge2', 'cat collab/work/TestCases/hello/notes.txt')).toBe('one');
    expect((await onDevice('edge2', 'ls -A collab/work')).trim()).toBe('TestCases');

    writeFileSync(join(workspace.folder, 'TestCases/hello/notes.txt'), 'two');
    const second = await workspace.collab('sync', '--to', 'collab/work', '--only', 'edge1', '--json');
    expect(resultOf(second.stdout).devices).toMatchObject([
      { device: 'edge1', steps: [{ kind: 'file', path: 'TestCases/hello/notes.txt' }] },
    ]);
    expect(await onDevice('edge1', 'cat collab/work/TestCases/hello/notes.txt')).toBe('two');
    expect(await onDevice('edge2', 'cat collab/work/TestCases/hello/notes.txt')).toBe('one');
    const third = await workspace.collab('sync', '--to', 'collab/work', '--only', 'edge1');
    expect(third.stdout).toContain('already up to date');
  });

  it('says what it cannot do, for each device', { timeout: 120_000 }, async () => {
    mkdirSync(join(workspace.folder, 'other'));
    writeFileSync(join(workspace.folder, 'other/file'), '');
    const denied = await workspace.collab('sync', 'other', '--to', '/root/code');
    expect(denied.code).toBe(4);
    expect(denied.stderr).toMatch(/edge1.*edge2.*ermission denied/s);
    symlinkSync('/etc/passwd', join(workspace.folder, 'other/link'));
    const led = await workspace.collab('sync', 'other');
    expect(led.code).toBe(2);
    expect(led.stderr).toContain('link -> /etc/passwd');
    expect((await workspace.collab('sync', 'not there')).code).toBe(2);
    expect((await workspace.collab('sync', '--only', 'nobody')).code).toBe(2);
  });
});
