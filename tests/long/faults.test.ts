import { expect, inject, it } from 'vitest';
import { labName } from '../e2e/lab-setup.js';
import { program, TestWorkspace } from '../e2e/workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));
const devices = ['edge1', 'edge2'];
const onDevice = (name: string, ...command: string[]) =>
  program('docker', 'exec', `collab-${labName}-${name}`, ...command);
const containers = async (state: string) => {
  const found = await Promise.all(
    devices.map((device) =>
      onDevice(device, 'docker', 'ps', '-aq', '--filter', 'label=collab.run', '--filter', state),
    ),
  );
  return found.map(({ stdout }) => stdout).join('');
};

/** Starts the long trial. */
function startLong() {
  const started = workspace.start('run', 'faulty', '--set', 'how=long');
  let said = '';
  started.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = new Promise<number | null>((resolve) => {
    // As reported by a shell: Ctrl-C before anything starts ends node itself.
    started.once('exit', (ended, signal) => resolve(signal === 'SIGINT' ? 130 : ended));
  });
  return { started, code, said: () => said };
}

it.each([300, 600, 1100, 1700, 2300, 3100, 4000])('Ctrl-C after %i ms leaves nothing behind', async (ms) => {
  const { started, code } = startLong();
  await new Promise((resolve) => setTimeout(resolve, ms));
  started.kill('SIGINT');
  expect(await code).toBe(130);
  expect(await containers('status=running')).toBe('');
});

it('a killed controller leaves roles that end at their timeout', async () => {
  const { started, code, said } = startLong();
  await expect.poll(said, { timeout: 60_000 }).toContain('worker-0 ready');
  started.kill('SIGKILL');
  await code;
  expect(await containers('status=running')).not.toBe('');
  const served = () =>
    Promise.all(devices.map((device) => onDevice(device, 'pgrep', '-u', 'collab', 'ssh|sftp')));
  await expect
    .poll(async () => (await served()).map(({ stdout }) => stdout).join(''), { timeout: 10_000 })
    .toBe('');
  await expect.poll(() => containers('status=running'), { timeout: 30_000, interval: 1000 }).toBe('');
  for (const device of devices) {
    await onDevice(device, 'sh', '-c', 'docker rm -f $(docker ps -aq --filter label=collab.run)');
  }
  await workspace.collab('device', 'unlock', ...devices, '--kick');
});

it('a connection that was closed is made again, and the trial goes on to its end', async () => {
  const { code, said } = startLong();
  await expect.poll(said, { timeout: 60_000 }).toContain('worker-0 ready');
  for (const device of devices) await onDevice(device, 'pkill', '-u', 'collab', 'sshd');
  expect(await code).toBe(3);
  expect(said()).toMatch(/ran past its timeout of 6 s/);
  expect(await containers('status=running')).toBe('');
});

it('collab clean removes what a killed controller left, and names the logs that are not here', async () => {
  const { started, code, said } = startLong();
  await expect.poll(said, { timeout: 60_000 }).toContain('worker-0 ready');
  started.kill('SIGKILL');
  await code;
  const dry = await workspace.collab('clean', '--dry-run');
  expect(dry.stderr).toMatch(/container collab-\S+-worker-0, still running/);
  expect(dry.stdout).toBe('Nothing was removed.\n');
  expect((await workspace.collab('clean')).code).toBe(2); // no terminal to ask on
  const cleaned = await workspace.collab('clean', '--yes');
  expect(cleaned.code, cleaned.stderr).toBe(0);
  expect(await containers('name=collab')).toBe('');
  const again = await workspace.collab('clean', '--yes');
  expect(again.stderr).toMatch(/stays, because these logs are not here: 1\/w\S+ .*collab resume/);
  expect((await workspace.collab('clean', '--yes', '--uncollected')).code).toBe(0);
  expect((await workspace.collab('clean', '--json')).stdout).toContain('"left":[]');
});

it.each([
  [
    'a container that somebody removed',
    'docker rm -f $(docker ps -q --filter label=collab.role=worker)',
    /removed by someone/,
  ],
  ['a killed wrapper', 'pkill -9 -f /opt/collab/wrapper.py', /Role (worker|watcher)-0 .* was lost/],
])('%s is noticed within seconds', async (_, act, error) => {
  const { code, said } = startLong();
  await expect.poll(said, { timeout: 60_000 }).toContain('worker-0 ready');
  const device = /worker-0 ready on (\S+)/.exec(said())?.[1] ?? '';
  const startedMs = Date.now();
  await onDevice(device, 'sh', '-c', act);
  // The trial is timed, not the stopping and collecting that follow.
  await expect.poll(said, { timeout: 30_000, interval: 20 }).toContain('stopping all roles');
  expect(Date.now() - startedMs).toBeLessThan(4000);
  expect(await code).not.toBe(0);
  expect(said()).toMatch(error);
  await onDevice(device, 'sh', '-c', 'docker rm -f $(docker ps -aq --filter label=collab.run)');
});

/** Restarts the engine of a device; with a folder, its images are stored there instead of in the device's volume. */
async function restartEngine(device: string, dataRoot = '/var/lib/docker'): Promise<void> {
  await onDevice(device, 'pkill', '-x', 'dockerd');
  await expect
    .poll(async () => (await onDevice(device, 'pgrep', '-x', 'dockerd')).stdout, { timeout: 20_000 })
    .toBe('');
  const start = 'rm -f /var/run/docker.pid; (dockerd --data-root "$0" >/var/log/dockerd.log 2>&1 &)';
  await onDevice(device, 'sh', '-c', start, dataRoot);
  await expect.poll(async () => (await onDevice(device, 'docker', 'info')).code, { timeout: 30_000 }).toBe(0);
}

it('reports an engine whose disk is too small for an image, and leaves nothing behind', async () => {
  const small = '/var/lib/small';
  await onDevice('edge1', 'sh', '-c', 'mkdir -p "$0" && mount -t tmpfs -o size=64m tmpfs "$0"', small);
  await restartEngine('edge1', small);
  try {
    const ended = await workspace.collab('run', 'hello', '--repeats', '1', '--place', 'client=edge1');
    expect(ended.stderr).toContain('error: edge1 does not have enough disk space for the images.');
    expect(ended.stderr).toMatch(
      /^next: {2}Free space there, then run again: collab images prune --only edge1/m,
    );
    expect(ended.code).toBe(4);
    expect((await onDevice('edge1', 'docker', 'images', '-q')).stdout).toBe('');
    expect((await onDevice('edge1', 'docker', 'ps', '-aq')).stdout).toBe('');
  } finally {
    await restartEngine('edge1');
    await onDevice('edge1', 'umount', small);
  }
  const again = await workspace.collab('run', 'hello', '--repeats', '1', '--place', 'client=edge1');
  expect(again.code, again.stderr).toBe(0);
});
