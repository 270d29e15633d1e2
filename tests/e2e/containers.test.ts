import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { labName } from './lab-setup.js';
import { program, TestWorkspace } from './workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));
const onEdge2 = (script: string) =>
  program('docker', 'exec', `collab-${labName}-edge2`, 'sh', '-euc', script);

/** Stands for the group of a camera; no image knows it. */
const group = 4242;

beforeAll(async () => {
  // Copies of /dev/zero, for which a container without privileges needs no more than the right to open them.
  const made = await onEdge2(`mkdir -p /dev/collab-bus/001
    mknod /dev/collab-eye c 1 5
    mknod /dev/collab-bus/001/002 c 1 5
    chown root:${group} /dev/collab-eye /dev/collab-bus/001/002
    chmod 660 /dev/collab-eye
    chmod 664 /dev/collab-bus/001/002`);
  expect(made.code, made.stderr).toBe(0);
});
afterAll(() => onEdge2('rm -rf /dev/collab-eye /dev/collab-bus'));

const fileOf = (run: string, role: string, name: string) =>
  JSON.parse(readFileSync(join(run, 'trials/1', `${role}-0`, name), 'utf8')) as Record<string, unknown>;

it(
  'a role has shared memory, threads, names, a user and the device files that it asks for',
  { timeout: 300_000 },
  async () => {
    const plan = await workspace.collab('run', 'equipped', '--dry-run');
    expect(plan.stdout).toMatch(/eye-0 +edge2, with its \/dev\/collab-eye, \/dev\/collab-bus\n/);
    const ended = await workspace.collab('run', 'equipped');
    expect(ended.code, ended.stderr).toBe(0);
    const folder = workspace.newestRun('equipped');
    const run = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as {
      placement: unknown[];
      devices: { name: string; address: string; facts: { memoryBytes: number } }[];
    };
    expect(run.placement).toEqual([
      { role: 'eye', rank: 0, device: 'edge2', devices: ['/dev/collab-eye', '/dev/collab-bus'] },
      { role: 'worker', rank: 0, device: 'edge1' },
    ]);
    const [edge1, edge2] = ['edge1', 'edge2'].map((name) => run.devices.find((one) => one.name === name));
    const worker = fileOf(folder, 'worker', 'results.jsonl');
    const eye = fileOf(folder, 'eye', 'results.jsonl');

    // Rounded up to whole pages.
    const limitBytes = (edge1?.facts.memoryBytes ?? 0) * 0.9;
    expect(Math.abs(Number(worker.shm_bytes) - limitBytes)).toBeLessThan(65_536);
    expect(worker.shares).toBe(true);
    expect(Math.abs(Number(eye.shm_bytes) - 1e8)).toBeLessThan(65_536);

    expect(worker.threads).toEqual(['1', '1', '1']);
    expect(fileOf(folder, 'worker', 'exit.json').given).toMatchObject({
      cores: 1,
      threads: { OMP_NUM_THREADS: '1', NUMEXPR_NUM_THREADS: '1' },
      shared_memory_bytes: worker.shm_bytes,
      open_files: worker.open_files,
    });

    const addresses = { edge1: edge1?.address, edge2: edge2?.address, localhost: '127.0.0.1' };
    const own = expect.stringMatching(/^172\./) as string;
    expect(worker).toMatchObject({
      names: { ...addresses, 'eye-0': edge2?.address, eye: edge2?.address, 'worker-0': own, worker: null },
      own: 'worker-0',
      absent: null,
    });
    expect(worker.look_up_s).toBeLessThan(2);

    expect(worker.user).toEqual(['collab', 'collab', 'collab', 'collab', '/tmp']);
    expect(worker).toMatchObject({ group: 'collab', root: 0 });

    const noPrivileges = ['0000000000000000', '0000000000000000', '1'];
    expect(eye).toMatchObject({
      privileges: noPrivileges,
      groups: expect.arrayContaining([group]) as number[],
      opened: { '/dev/collab-eye': 16, '/dev/collab-bus/001/002': 16 },
    });
    expect(worker).toMatchObject({
      privileges: noPrivileges,
      opened: { '/dev/collab-eye': 'No such file or directory' },
    });
    expect(worker.groups).not.toContain(group);
  },
);

it('a role whose device files are nowhere is not placed, and the reason is given for each device', async () => {
  const elsewhere = await workspace.collab('run', 'equipped', '--only', 'edge1');
  expect(elsewhere.code).toBe(2);
  expect(elsewhere.stderr).toContain('edge1: has no /dev/collab-eye; has no /dev/collab-bus');
  await onEdge2('chown root:root /dev/collab-eye; chmod 600 /dev/collab-eye');
  const closed = await workspace.collab('run', 'equipped', '--dry-run');
  expect(closed.code).toBe(2);
  expect(closed.stderr).toMatch(
    /edge2: does not let the role open \/dev\/collab-eye \(mode 600, .*udev rule/,
  );
  const here = await workspace.collab('run', 'equipped', '--local');
  expect(here.code).toBe(2);
  expect(here.stderr).toContain('has no /dev/collab-eye');
});
