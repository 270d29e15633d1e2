import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
  const code = new Promise<number | null>((resolve) => started.once('exit', resolve));
  return { started, code, said: () => said };
}

it.each([300, 600, 1100, 1700, 2300, 3100, 4000])('Ctrl-C after %i ms leaves nothing behind', async (ms) => {
  const { started, code } = startLong();
  await new Promise((resolve) => setTimeout(resolve, ms));
  started.kill('SIGINT');
  expect(await code).toBe(130);
  expect(await containers('status=running')).toBe('');
});

it('a controller that is killed leaves roles that end by themselves at their timeout', async () => {
  const { started, code, said } = startLong();
  await expect.poll(said, { timeout: 60_000 }).toContain('worker-0 ready');
  started.kill('SIGKILL');
  await code;
  expect(await containers('status=running')).not.toBe('');
  await expect.poll(() => containers('status=running'), { timeout: 30_000, interval: 1000 }).toBe('');
  for (const device of devices) {
    await onDevice(device, 'sh', '-c', 'docker rm -f $(docker ps -aq --filter label=collab.run)');
  }
  await workspace.collab('device', 'unlock', ...devices, '--kick');
});

it('a cut connection ends the run with 4, and what was logged before can be reported', async () => {
  const { code, said } = startLong();
  await expect.poll(said, { timeout: 60_000 }).toContain('worker-0 ready');
  const run = () => join(workspace.newestRun('faulty'), 'trials/1/worker-0/results.jsonl');
  await expect
    .poll(() => readFileSync(run(), 'utf8').split('\n').length, { timeout: 10_000 })
    .toBeGreaterThan(5);
  for (const device of devices) await onDevice(device, 'pkill', '-u', 'collab', 'sshd');
  expect(await code).toBe(4);
  expect(said()).toMatch(/error: .*connection/i);
  expect((await workspace.collab('report', '--output', 'cut')).code).toBe(0);
  await expect.poll(() => containers('status=running'), { timeout: 30_000, interval: 1000 }).toBe('');
  for (const device of devices) {
    await onDevice(device, 'sh', '-c', 'docker rm -f $(docker ps -aq --filter label=collab.run)');
  }
  await workspace.collab('device', 'unlock', ...devices, '--kick');
});
