import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { labName } from './lab-setup.js';
import { program, TestWorkspace, type Ended } from './workspace.js';

const weights = 'outputs/weights.bin';
const sizeBytes = 3 << 20;
const runs: string[] = [];
const mounted: string[] = [];

/** A disk of 1 MB as the workspace's Logs: it takes the records of a run, but not its output. */
function withSmallDisk(workspace: TestWorkspace): { grow: () => void } {
  const logs = join(workspace.folder, 'Logs');
  mkdirSync(logs, { recursive: true });
  execFileSync('sh', ['-c', 'mount -t tmpfs -o size=1m collab-logs "$0"', logs]);
  mounted.push(logs);
  return { grow: () => execFileSync('sh', ['-c', 'mount -o remount,size=64m "$0"', logs]) };
}

/** The folder and the command that the error names. */
function namedIn({ stderr }: Ended, device: string): { kept: string; copy: string } {
  const pattern = new RegExp(
    `They are kept on ${device} in (/\\S+)\\. Fix the cause, copy them with: (.*) and then`,
  );
  const [, kept = '', copy = ''] = pattern.exec(stderr) ?? [];
  expect(kept, stderr).toMatch(/\/\.collab\/runs\/[^/]+\/1\/worker-0$/);
  if (!runs.includes(dirname(dirname(kept)))) runs.push(dirname(dirname(kept)));
  return { kept, copy };
}

/** What the user's copy gave: the whole output, in the folder of the run. */
function expectCopied(copy: string, workspace: TestWorkspace): void {
  execFileSync('sh', ['-c', copy], { stdio: 'ignore' });
  const role = join(workspace.newestRun('bulky'), 'trials/1/worker-0');
  expect(statSync(join(role, weights)).size).toBe(sizeBytes);
  expect(readFileSync(join(role, 'exit.json'), 'utf8')).toContain('"exited"');
}

afterEach(() => {
  for (const logs of mounted.splice(0)) execFileSync('sh', ['-c', 'umount "$0"', logs]);
});

describe('a full disk of Logs, with --local', () => {
  const here = '\\S+';
  afterEach(() => {
    for (const run of runs.splice(0)) rmSync(run, { recursive: true, force: true });
  });

  it('keeps what was not collected, through the next run too, until the user has it', async () => {
    const workspace = TestWorkspace.make();
    const disk = withSmallDisk(workspace);
    const ended = await workspace.collab('run', 'bulky', '--local');
    expect(ended.code, ended.stderr).toBe(1);
    expect(ended.stderr).toMatch(/^error: The logs of worker-0 could not be collected completely/m);
    expect(ended.stderr).toMatch(/^ {2}ENOSPC: no space left on device/m);
    expect(ended.stderr).toMatch(/^next: {2}They are kept on /m);
    const { kept, copy } = namedIn(ended, here);
    expect(statSync(join(kept, weights)).size).toBe(sizeBytes);
    expect(existsSync(join(dirname(dirname(kept)), 'collab'))).toBe(false); // only logs are kept

    disk.grow();
    expectCopied(copy, workspace);
    const again = await workspace.collab('run', 'bulky', '--local', '--set', 'megabytes=1');
    expect(again.code, again.stderr).toBe(0);
    expect(statSync(join(kept, weights)).size).toBe(sizeBytes);
    expect(
      existsSync(join(dirname(dirname(dirname(kept))), workspace.newestRun('bulky').split('/').at(-1) ?? '')),
    ).toBe(false);
  });

  it('keeps it after Ctrl-C, and the message names it', async () => {
    const workspace = TestWorkspace.make();
    withSmallDisk(workspace);
    const started = workspace.start('run', 'bulky', '--local', '--set', 'wait_s=20');
    let stderr = '';
    started.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = new Promise<number | null>((resolve) => started.once('exit', resolve));
    await expect.poll(() => stderr, { timeout: 30_000 }).toContain('worker-0 ready');
    started.kill('SIGINT');
    expect(await code).toBe(130);
    expect(stderr).toMatch(/^ {2}What could be collected is in /m);
    const { kept } = namedIn({ code: 130, stdout: '', stderr }, here);
    expect(statSync(join(kept, weights)).size).toBe(sizeBytes);
  });
});

it('a full disk of Logs keeps what was not collected on its device, and says how to copy it from there', async () => {
  const lab = new TestWorkspace(inject('labWorkspace'));
  const onDevice = (...command: string[]) => program('docker', 'exec', `collab-${labName}-edge1`, ...command);
  const disk = withSmallDisk(lab);
  const ended = await lab.collab('run', 'bulky', '--place', 'worker=edge1');
  expect(ended.code, ended.stderr).toBe(1);
  const { kept, copy } = namedIn(ended, 'edge1');
  expect((await onDevice('stat', '-c', '%s', `${kept}/${weights}`)).stdout.trim()).toBe(String(sizeBytes));
  expect((await onDevice('docker', 'ps', '-aq', '--filter', 'label=collab.run')).stdout).toBe('');
  disk.grow();
  expectCopied(copy, lab);
  const again = await lab.collab('run', 'bulky', '--place', 'worker=edge1', '--set', 'megabytes=1');
  expect(again.code, again.stderr).toBe(0);
  expect((await onDevice('ls', '/home/collab/.collab/runs')).stdout.trim()).toBe(kept.split('/').at(-3));
  await onDevice('rm', '-rf', dirname(dirname(kept)));
});
