import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { labName } from './lab-setup.js';
import { onTerminal } from './on-terminal.js';
import { program, TestWorkspace } from './workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));
const lanFile = join(workspace.folder, '.collab/lans/lab.json');
const knownHosts = join(workspace.folder, '.collab/lans/lab.known_hosts');
const saved = { lan: readFileSync(lanFile, 'utf8'), hosts: readFileSync(knownHosts, 'utf8') };
const inDevice = (name: string, ...argv: string[]) =>
  program('docker', 'exec', `collab-${labName}-${name}`, ...argv);
const restore = () => {
  writeFileSync(lanFile, saved.lan);
  writeFileSync(knownHosts, saved.hosts);
};
afterAll(restore);

interface DeviceJson {
  name: string;
  id: string;
  address: string;
  tags: string[];
}
const devices = async () =>
  (JSON.parse((await workspace.collab('device', 'list', '--json')).stdout) as { devices: DeviceJson[] })
    .devices;
const device = async (name: string) => {
  const found = (await devices()).find((one) => one.name === name);
  if (!found) throw new Error(`no device ${name}`);
  return found;
};

describe('LANs', () => {
  it('are listed, used, shown and forgotten', async () => {
    writeFileSync(join(workspace.folder, '.collab/lans/desk.json'), saved.lan.replace('"lab"', '"desk"'));
    expect((await workspace.collab('lan', 'list')).stdout).toMatch(
      /^ {3}desk +2 {2}edge1, edge2\n\* {2}lab /m,
    );
    expect((await workspace.collab('lan', 'use', 'desk')).stdout).toContain(
      'LAN desk is now the current LAN',
    );
    expect((await workspace.collab('lan', 'show')).stdout).toMatch(/LAN desk\ncontroller .*\n[\s\S]*edge2/);
    const unsure = await workspace.collab('lan', 'remove', 'desk');
    expect(unsure.code).toBe(2);
    expect(unsure.stderr).toContain('--yes');
    expect((await workspace.collab('lan', 'remove', 'desk', '--yes')).code).toBe(0);
    expect((await workspace.collab('device', 'list')).stderr).toContain('collab lan use <name>');
    expect((await workspace.collab('lan', 'use', 'lab')).code).toBe(0);
    const all = JSON.parse((await workspace.collab('lan', 'list', '--json')).stdout) as unknown;
    expect(all).toEqual({
      kind: 'result',
      lans: [{ name: 'lab', current: true, devices: ['edge1', 'edge2'], broken: null }],
    });
  });
});

describe('devices of a LAN', () => {
  it('are tagged, selected by tag and name, renamed, removed and added again', async () => {
    const { id, address } = await device('edge2');
    expect((await workspace.collab('device', 'edit', 'edge2', '--tag', 'camera')).code).toBe(0);
    const tagged = JSON.parse(
      (await workspace.collab('device', 'list', '--device-tag', 'camera', '--json')).stdout,
    ) as {
      devices: DeviceJson[];
    };
    expect(tagged.devices.map(({ name }) => name)).toEqual(['edge2']);
    const none = await workspace.collab('run', 'hello', '--device-tag', 'gpu');
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('Its devices have these tags: camera');
    expect(
      (await workspace.collab('device', 'edit', 'edge2', '--name', 'cam', '--untag', 'camera')).code,
    ).toBe(0);
    expect((await workspace.collab('device', 'show', 'cam')).stdout).toContain(id);
    expect((await workspace.collab('device', 'remove', 'cam')).code).toBe(0);
    const key = `.collab/lab/${labName}/id_ed25519`;
    const added = await workspace.collab('device', 'add', `collab@${address}`, '--key', key, '--yes');
    expect(added.code, added.stderr).toBe(0);
    expect(await device('edge2')).toMatchObject({ id, address, tags: [] });
  });

  it('with the same name or address are rejected, naming both fingerprints', async () => {
    const [one, two] = [await device('edge1'), await device('edge2')];
    for (const claim of [
      ['--name', 'edge1'],
      ['--address', one.address],
    ]) {
      const ended = await workspace.collab('device', 'edit', 'edge2', ...claim);
      expect(ended.code).toBe(2);
      expect(ended.stderr).toContain(one.id);
      expect(ended.stderr).toContain(two.id);
    }
    expect(await devices()).toEqual([one, two]);
  });
});

describe('a device whose address changes', () => {
  it('is found again by its host key, saved, and found again when the address changes back', async () => {
    const before = await device('edge2');
    const moved = before.address.replace(/\d+$/, '77');
    const move = async (from: string, to: string) => {
      await inDevice('edge2', 'ip', 'address', 'del', `${from}/24`, 'dev', 'eth0');
      await inDevice('edge2', 'ip', 'address', 'add', `${to}/24`, 'dev', 'eth0');
    };
    await move(before.address, moved);
    try {
      const check = await workspace.collab('device', 'check', 'edge2');
      expect(check.stderr).toContain(`edge2: found again at ${moved} (was ${before.address}), saved`);
      expect(check.code, check.stderr).toBe(0);
      expect(await device('edge2')).toMatchObject({ id: before.id, address: moved });
      const hosts = readFileSync(knownHosts, 'utf8');
      expect(hosts).toContain(`${moved} ssh-`);
      expect(hosts).not.toContain(`${before.address} ssh-`);
    } finally {
      await move(moved, before.address);
    }
    const back = await workspace.collab('device', 'check', 'edge2');
    expect(back.code, back.stderr).toBe(0);
    expect(await device('edge2')).toMatchObject({ address: before.address });
  });

  it('and whose old address another device has: both are found by their keys', async () => {
    const [one, two] = [await device('edge1'), await device('edge2')];
    const swapped = saved.lan
      .replace(one.address, 'X')
      .replace(two.address, one.address)
      .replace('"X"', `"${two.address}"`);
    writeFileSync(lanFile, swapped);
    const check = await workspace.collab('device', 'check', '--json');
    expect(check.code, check.stderr).toBe(0);
    expect((await devices()).map(({ name, address }) => `${name} ${address}`).sort()).toEqual(
      [one, two].map(({ name, address }) => `${name} ${address}`),
    );
  });

  it('is not confused with another: no login if another key is presented', async () => {
    restore();
    writeFileSync(lanFile, saved.lan.replace((await device('edge1')).id, 'SHA256:another'));
    const check = await workspace.collab('device', 'check', 'edge1');
    expect(check.code).toBe(4);
    expect(check.stdout).toContain('edge1 is not ready (host key)');
    expect(check.stdout).toContain('SHA256:another');
    restore();
  });
});

describe('device check', () => {
  it('reports all devices on one screen, and what to do about one without sshd', async () => {
    restore();
    expect((await workspace.collab('device', 'check')).code).toBe(0);
    await inDevice('edge1', 'pkill', '-o', '-x', 'sshd');
    try {
      const check = await workspace.collab('device', 'check');
      expect(check.code).toBe(4);
      expect(check.stdout).toMatch(/^edge1 +collab@\S+ +no: reachable /m);
      expect(check.stdout).toMatch(/^edge2 +collab@\S+ +yes +Docker 26\S* +[\d.]+ GB/m);
      expect(check.stdout).toContain('edge1 is not ready (reachable)');
      expect(check.stdout).toContain('do: Start ssh on the device');
      expect(check.stderr).toContain('1 of 2 devices is not ready: edge1.');
    } finally {
      await inDevice('edge1', '/usr/sbin/sshd');
    }
  });
});

describe('device check of a device in use, and of one that lacks something', () => {
  it('shows who holds it and since when', async () => {
    restore();
    expect((await workspace.collab('device', 'lock', 'edge1', '--reason', 'a demo')).code).toBe(0);
    const check = await workspace.collab('device', 'check', '--json');
    const [one, two] = (
      JSON.parse(check.stdout) as { devices: { holder: { who: string; heldS: number } | null }[] }
    ).devices;
    expect(one?.holder).toMatchObject({
      run: null,
      reason: 'a demo',
      own: true,
      who: expect.any(String) as string,
    });
    expect(two?.holder).toBeNull();
    const text = await workspace.collab('device', 'check', 'edge1');
    expect(text.stdout).toMatch(
      /note: edge1 is locked by you since 20\S+ \S+ UTC\. .*collab device unlock edge1/,
    );
    expect((await workspace.collab('device', 'unlock', 'edge1')).code).toBe(0);
  });

  it('prints the exact commands if sudo is not available, saves facts, and reports ready once they have run', async () => {
    await inDevice('edge1', 'gpasswd', '-d', 'collab', 'docker');
    try {
      const check = await workspace.collab('device', 'check', 'edge1', '--fix');
      expect(check.code).toBe(4);
      expect(check.stdout).toContain('edge1 is not ready (engine)');
      expect(check.stderr).toContain('Let collab use the Docker Engine');
      expect(check.stderr).toMatch(
        /edge1: to do by hand: collab is not root there, and has no sudo without a password\n +sudo usermod -aG docker collab\n/,
      );
      expect(check.stderr).toMatch(/edge1: still missing: docker group$/m);
      const facts = (await device('edge1')) as unknown as { facts: { engine: { available: boolean } } };
      expect(facts.facts.engine.available).toBe(false);
    } finally {
      await inDevice('edge1', 'usermod', '-aG', 'docker', 'collab');
    }
    const after = await workspace.collab('device', 'check', 'edge1');
    expect(after.code, after.stderr).toBe(0);
    expect(await device('edge1')).toMatchObject({ facts: { engine: { available: true } } });
  });

  it('distinguishes a login without access to the engine from a missing engine', async () => {
    restore();
    await inDevice('edge1', 'gpasswd', '--delete', 'collab', 'docker');
    await inDevice('edge2', 'mv', '/var/run/docker.sock', '/var/run/hidden.sock');
    try {
      const check = await workspace.collab('device', 'check');
      expect(check.code).toBe(4);
      expect(check.stdout).toContain('The Docker Engine of edge1 does not accept the login collab.');
      expect(check.stdout).toContain('sudo usermod -aG docker collab');
      expect(check.stdout).toContain('edge2 has no running Docker Engine.');
      expect(check.stdout).toContain('The socket /var/run/docker.sock does not exist');
      expect(check.stdout).not.toContain('python3.');
    } finally {
      await inDevice('edge1', 'gpasswd', '--add', 'collab', 'docker');
      await inDevice('edge2', 'mv', '/var/run/hidden.sock', '/var/run/docker.sock');
    }
  });
});

describe('a pinned role', () => {
  it('runs on its device, and the run reports the pin', { timeout: 300_000 }, async () => {
    const pins = ['--place', 'server=edge2', '--place', 'client/0=edge1'];
    const plan = await workspace.collab('run', 'hello', '--dry-run', ...pins);
    expect(plan.stdout).toMatch(/server-0 +edge2 \(pinned\)/);
    const short = ['--set', 'size_bytes=64', '--set', 'messages=3', '--repeats', '1'];
    const ended = await workspace.collab('run', 'hello', ...short, ...pins);
    expect(ended.code, ended.stderr).toBe(0);
    const run = JSON.parse(readFileSync(join(workspace.newestRun('hello'), 'run.json'), 'utf8')) as unknown;
    expect(run).toMatchObject({
      placement: [
        { role: 'server', rank: 0, device: 'edge2', pinned: true },
        { role: 'client', rank: 0, device: 'edge1', pinned: true },
      ],
    });
  });

  it('to an unselected device, or with an unknown name, is rejected with the reason', async () => {
    const other = await workspace.collab('run', 'hello', '--only', 'edge1', '--place', 'server=edge2');
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('edge2: is not among the devices of this run');
    const role = await workspace.collab('run', 'hello', '--place', 'sever=edge2');
    expect(role.code).toBe(2);
    expect(role.stderr).toContain('The experiment has no role sever. Roles: server, client');
  });
});

describe('device shell', () => {
  it('opens a terminal there: passes on keys, window size and Ctrl-C, and returns the exit code', async () => {
    const ended = await onTerminal(
      workspace,
      [
        { wait: 'to leave', type: 'stty size; echo first-$((1 + 1))\n' },
        { wait: 'first-2', resize: [41, 121] },
        { wait: 'first-2', type: 'stty size; sleep 50; echo slept\n' },
        { wait: '41 121', type: '\x03' },
        { wait: '^C', type: 'exit 7\n' },
      ],
      'device',
      'shell',
      'edge1',
    );
    expect(ended.stdout).toContain('30 100');
    expect(ended.stdout).toContain('41 121');
    expect(ended.stdout).not.toMatch(/^slept/m);
    expect(ended.code, ended.stdout).toBe(7);
  });

  it('opens in a new container of an existing image, and leaves nothing', async () => {
    const files = ['bin/sh', 'lib/x86_64-linux-gnu/libc.so.6', 'lib64/ld-linux-x86-64.so.2'];
    await inDevice('edge1', 'sh', '-c', `tar -C / -ch ${files.join(' ')} | docker import - shell-test:1`);
    const steps = [
      { wait: 'to leave', type: 'echo in-$((40 + 2)); command -v docker || echo no-docker\n' },
      { wait: 'no-docker\r', type: 'exit 5\n' },
    ];
    const ended = await onTerminal(workspace, steps, 'device', 'shell', 'edge1', '--image', 'shell-test:1');
    expect(ended.stdout).toContain('in-42');
    expect(ended.code, ended.stdout).toBe(5);
    const left = await inDevice('edge1', 'docker', 'ps', '-aq', '--filter', 'label=collab.shell');
    expect(left.stdout).toBe('');
    await inDevice('edge1', 'docker', 'image', 'rm', 'shell-test:1');
  });

  it('is rejected for a missing image, and without a terminal', async () => {
    const missing = await onTerminal(workspace, [], 'device', 'shell', 'edge1', '--image', '$(id)/nope:1');
    expect(missing.code).toBe(2);
    expect(missing.stdout).toContain('edge1 does not have the image "$(id)/nope:1"');
    const piped = await workspace.collab('device', 'shell', 'edge1');
    expect(piped.code).toBe(2);
    expect(piped.stderr).toContain('needs a terminal');
  });
});
