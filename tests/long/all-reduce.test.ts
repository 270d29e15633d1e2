import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { TestWorkspace } from '../e2e/workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));

it('two ranks on two devices all-reduce with gloo, which opens ports of its own', async () => {
  const ended = await workspace.collab('run', 'all-reduce');
  expect(ended.code, ended.stderr).toBe(0);
  const run = workspace.newestRun('all-reduce');
  const { placement } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as {
    placement: { device: string; network: string }[];
  };
  expect(placement.map(({ device, network }) => [device, network]).sort()).toEqual([
    ['edge1', 'host'],
    ['edge2', 'host'],
  ]);
  for (const rank of [0, 1]) {
    const row: unknown = JSON.parse(readFileSync(join(run, `trials/1/worker-${rank}/results.jsonl`), 'utf8'));
    expect(row).toMatchObject({ least: 3, most: 3, interface: 'eth0' });
  }
});
