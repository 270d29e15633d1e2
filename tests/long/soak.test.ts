import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { labName } from '../e2e/lab-setup.js';
import { program, TestWorkspace } from '../e2e/workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));
const onDevice = (name: string, ...command: string[]) =>
  program('docker', 'exec', `collab-${labName}-${name}`, ...command);

it('runs a hundred trials, loses no record and leaves nothing on the devices', async () => {
  const ended = await workspace.collab('run', 'hello', '--set', 'messages=5', '--repeats', '50');
  expect(ended.code, ended.stderr).toBe(0);
  const run = workspace.newestRun('hello');
  const record = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as { trials: { state: string }[] };
  expect(record.trials.map(({ state }) => state)).toEqual(Array.from({ length: 100 }, () => 'complete'));
  for (let trial = 1; trial <= 100; trial++) {
    const rows = readFileSync(join(run, `trials/${trial}/client-0/results.jsonl`), 'utf8')
      .trim()
      .split('\n');
    expect(rows, `trial ${trial}`).toHaveLength(5);
  }
  for (const device of ['edge1', 'edge2']) {
    const left = await onDevice(device, 'docker', 'ps', '-aq', '--filter', 'label=collab.run');
    expect(left.stdout).toBe('');
    expect((await onDevice(device, 'ls', '/home/collab/.collab/runs')).stdout).not.toContain(basename(run));
  }
});
