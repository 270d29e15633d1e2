import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { factsOf } from '../../../tests/fixtures/connected-device.js';
import { roleOf } from '../../../tests/fixtures/experiment-definition.js';
import { Workspace } from '../../workspace/index.js';
import { readBases } from './bases.js';

const workspace = new Workspace(fileURLToPath(new URL('../../..', import.meta.url)));
const jetson = factsOf({ accelerators: ['cuda'], jetson: { l4t: '35.5.0', jetpack: '5.1.3' } });

test('says for each role why its base does not fit a device, and what it supports', async () => {
  const [old, any] = [roleOf('client', { base: 'torch-1.10' }), roleOf('server')];
  const bases = await readBases([old, any], workspace);
  expect(bases.misfit(old, jetson)).toContain('runs L4T R35.5.0');
  expect(bases.misfit(any, jetson)).toBeNull();
  expect(bases.imageFor(old, factsOf()).image.dockerfile).toBe('Dockerfile');
  await expect(readBases([roleOf('x', { base: 'nothing' })], workspace)).rejects.toMatchObject({
    name: 'no-flavor',
  });
});

test('notes a GPU that the base cannot use once, for the roles that asked for it', async () => {
  const [asks, does] = [roleOf('client', { base: 'torch', gpu: true }), roleOf('server', { base: 'torch' })];
  const bases = await readBases([asks, does], workspace);
  const placement = [
    { role: 'client', rank: 0, device: 'nano1' },
    { role: 'client', rank: 1, device: 'nano1' },
    { role: 'server', rank: 0, device: 'nano1' },
  ];
  expect(bases.notes([asks, does], placement, [{ name: 'nano1', facts: jetson }])).toEqual([
    'client gets the GPU of nano1, but base torch computes on the CPU, not on its GPU.',
  ]);
});
