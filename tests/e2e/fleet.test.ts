import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { leaseFolder, leaseScript } from '../../src/network/leases/ask-lease.js';
import { labName } from './lab-setup.js';
import { program, TestWorkspace } from './workspace.js';

/** A fleet of the two devices of the tests' Lab, through the built command. tests/long has one of five devices. */
const workspace = new TestWorkspace(inject('labWorkspace'));
const within = { timeout: 40_000, interval: 500 };
const docker = (device: string, ...args: string[]) =>
  program('docker', 'exec', `collab-${labName}-${device}`, 'docker', ...args);
const container = 'collab-fleet-lab';

const result = <T>(...args: string[]) => workspace.result<T>(...args);
const states = async () => {
  const { members } = await result<{ members: { name: string; state: string }[] }>('fleet', 'members');
  return members.map(({ name, state }) => `${name} ${state}`).join(', ');
};
const allAlive = 'edge1 alive, edge2 alive';

beforeAll(async () => {
  const refused = await workspace.collab('fleet', 'up');
  expect(refused).toMatchObject({ code: 2 }); // it asks, and there is no terminal
  expect(refused.stderr).toContain('makes it root on the device');
  const up = await workspace.collab('fleet', 'up', '--yes', '--profile', 'fast');
  expect(up.code, up.stderr).toBe(0);
}, 300_000);
afterAll(() => workspace.collab('fleet', 'down', '--yes', '--purge'));

it('two devices are one keeper and one more member, and are labeled as not replicated', async () => {
  await expect.poll(states, within).toBe(allAlive);
  const status = await workspace.collab('fleet', 'status');
  expect(status.stdout).toContain('Files and jobs: edge1 (not replicated)');
  expect(status.stdout).toMatch(/edge1 +alive .* keeper$/m);
});

it('its container has no capabilities, is not root, and no secret is in its arguments or environment', async () => {
  const { stdout } = await docker('edge1', 'inspect', container);
  const [seen] = JSON.parse(stdout) as [
    {
      Config: { User: string; Env: string[]; Cmd: string[] | null };
      HostConfig: { CapDrop: string[]; NetworkMode: string; RestartPolicy: { Name: string } };
    },
  ];
  expect(seen.Config.User).toBe('7946:7946');
  expect(seen.HostConfig).toMatchObject({
    CapDrop: ['ALL'],
    NetworkMode: 'host',
    RestartPolicy: { Name: 'always' },
  });
  const top = await docker('edge1', 'top', container, '-eo', 'pid,args');
  expect(top.stdout).toContain('/usr/local/bin/member --id');
  const keys = await docker('edge1', 'exec', container, 'cat', '/state/member/gossip.keys');
  expect(`${top.stdout}${JSON.stringify(seen.Config)}`).not.toContain(keys.stdout.trim());
});

it('a device whose engine is killed comes back with it', async () => {
  const onDevice = (script: string) =>
    program('docker', 'exec', `collab-${labName}-edge2`, 'sh', '-c', script);
  await onDevice(
    'pkill -9 -x dockerd; sleep 1; rm -f /var/run/docker.pid; (dockerd >/var/log/dockerd.log 2>&1 &)',
  );
  const status = async () => (await docker('edge2', 'inspect', '-f', '{{.State.Running}}', container)).stdout;
  await expect.poll(status, within).toBe('true\n');
  await expect.poll(states, within).toBe('edge1 alive, edge2 alive');
});

it('a device that restarts comes back by itself', async () => {
  await docker('edge2', 'kill', '--signal', 'KILL', container);
  await expect.poll(states, within).toBe('edge1 alive, edge2 failed');
  await docker('edge2', 'start', container);
  await expect.poll(states, within).toBe(allAlive);
});

it('a device that somebody else holds is left alone; the own lock is no hindrance', async () => {
  const byRoot = (...args: string[]) =>
    execFileSync('docker', ['exec', '-i', `collab-${labName}-edge2`, 'sh', '-s', ...args], {
      input: leaseScript,
    });
  byRoot('take', leaseFolder, 'abc', '600', 'bob', 'pc2', '', 'measuring');
  const held = await workspace.collab('fleet', 'up', '--yes');
  byRoot('release', leaseFolder, 'abc', '0', 'bob', 'pc2', '', '');
  expect(held.code).toBe(5);
  expect(held.stderr).toContain('edge2 has been held by bob on pc2');
  await workspace.collab('device', 'lock', 'edge2', '--for', '1h');
  const own = await workspace.collab('fleet', 'up', '--yes');
  await workspace.collab('device', 'unlock', 'edge2');
  expect(own.code, own.stderr).toBe(0);
});

it('down --only takes a device out and locks it out; up takes it in again', async () => {
  const keeper = await workspace.collab('fleet', 'down', '--only', 'edge1', '--yes');
  expect(keeper).toMatchObject({ code: 2 });
  expect(keeper.stderr).toContain('edge1 is a keeper');
  await result('fleet', 'down', '--only', 'edge2', '--yes');
  await expect.poll(states, within).toBe('edge1 alive, edge2 left');
  expect((await docker('edge2', 'ps', '-aq', '--filter', `name=${container}`)).stdout).toBe('');
  await result('fleet', 'up', '--yes');
  await expect.poll(states, within).toBe(allAlive);
});

it('down --purge leaves nothing on the devices', async () => {
  await result('fleet', 'down', '--yes', '--purge');
  for (const device of ['edge1', 'edge2']) {
    expect((await docker(device, 'ps', '-aq', '--filter', `name=${container}`)).stdout).toBe('');
    expect((await docker(device, 'volume', 'ls', '-q', '--filter', `name=${container}`)).stdout).toBe('');
  }
});
