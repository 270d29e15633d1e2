import { join } from 'node:path';
import { afterAll, expect, inject, it } from 'vitest';
import { faketime } from '../fixtures/faketime.js';
import { labName } from '../e2e/lab-setup.js';
import { TestWorkspace } from '../e2e/workspace.js';

/** For collab, this machine's clock is ten years ahead; the devices of the Lab are correct. */
const ahead = faketime('+10y');
const lab = new TestWorkspace(inject('labWorkspace'));
afterAll(() => lab.collab('device', 'unlock', 'edge1', '--kick'));

it('a controller whose clock is years off sets up devices, and check reports which clock differs', async () => {
  const workspace = TestWorkspace.make();
  const setup = await workspace.collabWith(
    ahead,
    'setup',
    '--lan',
    'off',
    '--interface',
    `collab-${labName}`,
    '--expect',
    '2',
    '--yes',
    '--key',
    join(lab.folder, `.collab/lab/${labName}/id_ed25519`),
  );
  expect(setup.code, setup.stderr).toBe(0);
  const check = await workspace.collabWith(ahead, 'device', 'check', 'edge1');
  expect(check.code).toBe(4);
  expect(check.stdout).toMatch(/The clock of edge1 is (9\.9|10\.0) years behind this machine's\./);
  expect(check.stdout).toContain('timedatectl set-ntp true');
});

it('blocks a controller with a correct clock, and the other way around', async () => {
  expect((await lab.collabWith(ahead, 'device', 'lock', 'edge1', '--for', '10m')).code).toBe(0);
  const seen = JSON.parse((await lab.collab('device', 'check', 'edge1', '--json')).stdout) as {
    devices: { holder: { heldS: number; leftS: number } }[];
  };
  expect(seen.devices[0]?.holder.heldS).toBeLessThan(60);
  expect(seen.devices[0]?.holder.leftS).toBeGreaterThan(500);
  expect((await lab.collab('device', 'unlock', 'edge1')).code).toBe(0);
  expect((await lab.collab('device', 'lock', 'edge1', '--for', '10m')).code).toBe(0);
  const since = new Date(Date.now() + 10 * 365.25 * 86_400_000).getUTCFullYear();
  const told = await lab.collabWith(ahead, 'device', 'check', 'edge1');
  expect(told.stdout).toContain(`edge1 is locked by you since ${since}-`);
});
