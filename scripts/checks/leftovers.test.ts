import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { leftBehind, type MachineState } from './leftovers.js';
import { machineState } from './machine-state.js';

const clean: MachineState = {
  'temporary file': [],
  'file in the working tree': ['?? notes'],
  process: [],
  container: ['theirs (debian)'],
  volume: [],
  network: ['bridge'],
  image: [],
};

it('reports everything that a run left behind, and nothing that existed before', () => {
  const after: MachineState = {
    'temporary file': ['/tmp/x/run-1'],
    'file in the working tree': ['?? notes', '?? core'],
    process: ['7 sleep 60'],
    container: ['theirs (debian)', 'collab-e2e-edge1 (collab/lab-device)'],
    volume: ['v'],
    network: ['bridge', 'collab-e2e'],
    image: ['collab/debian:trixie', 'collab/base-blob:1', '<none>:<none> abc'],
  };
  expect(leftBehind(clean, after)).toEqual([
    'temporary file: /tmp/x/run-1',
    'file in the working tree: ?? core',
    'process: 7 sleep 60',
    'container: collab-e2e-edge1 (collab/lab-device)',
    'volume: v',
    'network: collab-e2e',
    'image: collab/base-blob:1',
    'image: <none>:<none> abc',
  ]);
  expect(leftBehind(clean, clean)).toEqual([]);
});

it('detects files in the temporary folder and processes of the run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'state-'));
  const before = machineState(folder, folder);
  mkdirSync(join(folder, 'run-1'));
  writeFileSync(join(folder, 'log'), '');
  const child = spawn('sleep', ['60'], { env: { ...process.env, COLLAB_TEST_RUN: folder } });
  await new Promise((resolve) => child.once('spawn', resolve));
  try {
    const after = { ...before, ...only(machineState(folder, folder)) };
    expect(leftBehind(before, after)).toEqual([
      `temporary file: ${folder}/log`,
      `temporary file: ${folder}/run-1`,
      `process: ${child.pid} sleep 60`,
    ]);
  } finally {
    child.kill();
  }
});

/** The part of the state that only this test changes: other tests run at the same time. */
function only({ process, ...state }: MachineState): Partial<MachineState> {
  return {
    process,
    'temporary file': state['temporary file'].filter((path) => path.includes('state-')).sort(),
  };
}
