import { expect, test } from 'vitest';
import type { ListedBase } from '../../deployment/index.js';
import { basesText } from './bases.js';

const base = (change: Partial<ListedBase>): ListedBase => ({
  name: 'torch',
  folder: '/b/torch',
  description: 'PyTorch',
  contains: [],
  sizeMb: { amd64: 1049 },
  builtFor: ['amd64'],
  devices: [],
  ...change,
});

test('each base image with its size and, for each device, whether it fits or why not', () => {
  const text = basesText([
    base({
      devices: [
        { device: 'pi3', fits: false, why: 'base torch has no image for arm' },
        { device: 'nano1', fits: true, why: 'base torch computes on the CPU' },
      ],
    }),
    base({ name: 'mine', description: null, sizeMb: {}, builtFor: [] }),
    base({ name: 'old', sizeMb: {}, builtFor: [] }),
  ]);
  expect(text.split('\n').map((line) => line.trimEnd())).toEqual([
    'torch: PyTorch',
    '  unpacked: 1.0 GB on amd64',
    '  DEVICE',
    '  pi3     does not fit  base torch has no image for arm',
    '  nano1   fits          base torch computes on the CPU',
    '',
    'mine: your own; it has no manifest, so collab assumes that it fits every device',
    '',
    'old: PyTorch',
    '  not built by the collab project: only linted, with its pinned versions checked',
  ]);
});
