import { afterAll, beforeAll, expect, it } from 'vitest';
import { labName } from '../e2e/lab-setup.js';
import { keys, onTerminal } from '../e2e/on-terminal.js';
import { program, TestWorkspace } from '../e2e/workspace.js';

/** A device fresh out of the box: Debian with sudo, without an engine, python3, or the docker group for its login. */
const name = `${labName.slice(0, 7)}m`;
const container = `collab-${name}-edge1`;
const workspace = TestWorkspace.make();
const inDevice = (script: string) => program('docker', 'exec', container, 'sh', '-c', script);

/** Replaces the start script of the package, which raises a limit that a container may not raise. */
const startScript = `#!/bin/sh
[ "$1" != start ] || (/usr/sbin/dockerd >/var/log/dockerd.log 2>&1 &)
`;
const unbox = `set -e
apt-get update -q >/dev/null
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends sudo >/dev/null
echo 'collab ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/collab
pkill dockerd; sleep 3
DEBIAN_FRONTEND=noninteractive apt-get purge -y -q docker.io docker-cli containerd >/dev/null 2>&1
rm -f /var/run/docker.sock /var/run/docker.pid
gpasswd -d collab docker
dpkg-divert --local --rename --add /etc/init.d/docker >/dev/null
printf '%s' '${startScript}' >/etc/init.d/docker
chmod 755 /etc/init.d/docker`;

beforeAll(async () => {
  // The packages may come over a slow connection.
  process.env.TERMINAL_S = '900';
  const up = await workspace.collab('lab', 'up', '--name', name, '--devices', '1');
  expect(up.code, up.stderr).toBe(0);
  // The Lab's network has no internet access, and the packages come from Debian.
  await program('docker', 'network', 'create', `${name}-out`);
  await program('docker', 'network', 'connect', `${name}-out`, container);
  const unboxed = await inDevice(unbox);
  expect(unboxed.code, unboxed.stdout + unboxed.stderr).toBe(0);
  const left = await inDevice('command -v docker python3; id collab');
  expect(left.stdout).toBe('uid=1000(collab) gid=1000(collab) groups=1000(collab)\n');
});
afterAll(async () => {
  delete process.env.TERMINAL_S;
  await workspace.collab('lab', 'down', '--name', name);
  await program('docker', 'network', 'rm', `${name}-out`);
});

it('--yes alone fixes nothing and saves the device as it is', async () => {
  const setup = await workspace.collab(
    'setup',
    '--lan',
    'bare',
    '--interface',
    `collab-${name}`,
    '--expect',
    '1',
    '--yes',
    '--key',
    `.collab/lab/${name}/id_ed25519`,
  );
  expect(setup.code, setup.stderr).toBe(0);
  expect(setup.stderr).toContain('sudo usermod -aG docker collab');
  expect(setup.stderr).toContain('To run them later: collab device check --fix');
  expect(setup.stdout).toContain('Docker is not installed');
  expect((await inDevice('command -v docker python3')).stdout).toBe('');
});

it('the wizard asks, installs the engine, adds the login to the docker group, and the device is ready', async () => {
  const ended = await onTerminal(
    workspace,
    [
      { wait: 'Which devices do you want', type: keys.enter },
      { wait: 'Run these commands on edge1?', type: `y${keys.enter}` },
      { wait: 'Save as LAN:', type: `fixed${keys.enter}` },
    ],
    'setup',
    '--interface',
    `collab-${name}`,
    '--expect',
    '1',
  );
  expect(ended.code, ended.stdout).toBe(0);
  expect(ended.stdout).toMatch(/edge1 \| Setting up docker\.io/);
  expect(ended.stdout).toContain('edge1: fixed');
  expect((await inDevice('id -nG collab')).stdout).toMatch(/docker\n$/);
  const check = await workspace.collab('device', 'check', '--lan', 'fixed');
  expect(check.code, check.stdout).toBe(0);
  expect(check.stdout).toMatch(/edge1 +collab@\S+ +yes +Docker 26/);
});
