import { afterAll, beforeAll, expect, it } from 'vitest';
import { program, TestWorkspace } from '../e2e/workspace.js';

/** A fleet of five devices of a Lab of its own, through the built command. */
const lab = 'five';
const workspace = TestWorkspace.make();
const within = { timeout: 90_000, interval: 1000 };
const docker = (device: string, ...args: string[]) =>
  program('docker', 'exec', `collab-${lab}-${device}`, 'docker', ...args);
const container = `collab-fleet-${lab}`;
const names = [1, 2, 3, 4, 5].map((number) => `edge${number}`);

const result = <T>(...args: string[]) => workspace.result<T>(...args);
const states = async () => {
  const { members } = await result<{ members: { name: string; state: string }[] }>('fleet', 'members');
  return Object.fromEntries(members.map(({ name, state }) => [name, state]));
};
const all = (state: string) => Object.fromEntries(names.map((name) => [name, state]));

beforeAll(async () => {
  await result('lab', 'up', '--name', lab, '--devices', '5');
  const key = `.collab/lab/${lab}/id_ed25519`;
  await result('setup', '--lan', lab, '--interface', `collab-${lab}`, '--expect', '5', '--key', key, '--yes');
});
afterAll(() => workspace.collab('lab', 'down', '--name', lab));

it('five devices become a fleet with three keepers, within 60 s once they have the image', async () => {
  await result('fleet', 'up', '--yes');
  await result('fleet', 'down', '--yes', '--purge');
  const startedMs = performance.now();
  await result('fleet', 'up', '--yes');
  await expect.poll(states, within).toEqual(all('alive'));
  console.log(`a new fleet of five devices: ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  const status = await workspace.collab('fleet', 'status');
  expect(status.stdout).toContain('Files and jobs: edge1, edge2, edge3 (3 replicas)');
});

it('other keepers are taken one after the other, and the others go on', async () => {
  await result('fleet', 'up', '--keepers', 'edge1,edge4,edge5', '--yes');
  const status = await workspace.collab('fleet', 'status');
  expect(status.stdout).toContain('Files and jobs: edge1, edge4, edge5 (3 replicas)');
  expect(status.stdout).not.toContain('no broker');
});

it('a device that is switched off is found to have failed, and comes back by itself', async () => {
  await program('docker', 'kill', `collab-${lab}-edge2`);
  await expect.poll(states, within).toEqual({ ...all('alive'), edge2: 'failed' });
  const status = await workspace.collab('fleet', 'status');
  expect(status.stdout).toMatch(/^edge2 +failed/m);
  await program('docker', 'start', `collab-${lab}-edge2`);
  await expect.poll(states, within).toEqual(all('alive'));
});

it('all devices restarted at once find each other again', async () => {
  await program('docker', 'restart', '--time', '2', ...names.map((name) => `collab-${lab}-${name}`));
  await expect.poll(states, within).toEqual(all('alive'));
});

it('a gossip key is changed while everybody stays, and upgrade finds nothing to do', async () => {
  await result('fleet', 'rotate');
  expect(await states()).toEqual(all('alive'));
  const { acts } = await result<{ acts: { act: string }[] }>('fleet', 'upgrade', '--yes');
  expect(acts.map(({ act }) => act)).toEqual(names.map(() => 'keep'));
});

it('down ends it everywhere', async () => {
  await result('fleet', 'down', '--yes', '--purge');
  for (const name of names) {
    expect((await docker(name, 'ps', '-aq', '--filter', `name=${container}`)).stdout).toBe('');
    expect((await docker(name, 'volume', 'ls', '-q', '--filter', `name=${container}`)).stdout).toBe('');
  }
});
