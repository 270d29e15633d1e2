import { expect, test } from 'vitest';
import type { RunPlan } from '../../experiments/index.js';
import { planText } from './plan.js';

const plan: RunPlan = {
  experiment: 'split',
  lan: 'shelf',
  runtime: 'docker',
  placement: [{ role: 'client', rank: 0, device: 'nano1' }],
  trials: [
    { number: 1, parameters: { split: 4 }, repeat: 0, warmup: true },
    { number: 2, parameters: { split: 4 }, repeat: 0, warmup: false },
  ],
  order: [['client']],
  images: [],
  builds: [],
  data: [],
  dependenciesLeftOut: [],
  notes: [],
  deliveries: [
    {
      device: 'nano1',
      images: [
        { ref: 'collab/a:1', present: true, missing: [] },
        { ref: 'collab/b:1', present: false, missing: ['dependencies', 'code'] },
      ],
    },
  ],
};

test('a dry run shows the placement, the trials, and what would be sent', () => {
  expect(planText(plan).split('\n')).toEqual([
    'split: 2 trials, docker runtime',
    '',
    'ROLE      DEVICE',
    'client-0  nano1',
    '',
    'TRIAL  SPLIT  REPEAT',
    '    1  4      warm-up',
    '    2  4      1',
    '',
    'DEVICE  IMAGE',
    'nano1   collab/a:1  present',
    'nano1   collab/b:1  will be sent: dependencies, code',
  ]);
});

test('names layers to build first, and dependencies that nothing installs', () => {
  const lines = planText({
    ...plan,
    builds: [{ ref: 'collab/base-python:1', layer: 'base', builder: 'this machine' }],
    dependenciesLeftOut: [{ role: 'client', dependencies: ['numpy'] }],
  }).split('\n');
  expect(lines).toContain('this machine  base   collab/base-python:1');
  expect(lines.at(-1)).toBe('note: --local installs nothing; client needs numpy on this machine');
});

test('without images there is no table of images', () => {
  expect(planText({ ...plan, deliveries: [] })).not.toContain('IMAGE');
});

test('shows a GPU, device files, data and notes if there are any', () => {
  const data = {
    role: 'client',
    device: 'nano1',
    path: 'd',
    hash: 'ab',
    files: 1,
    deviceFolder: '/d',
    localFolder: null,
    name: 'digits',
    sizeBytes: 2e6,
  };
  const lines = planText({
    ...plan,
    placement: [
      { role: 'client', rank: 0, device: 'nano1', gpu: 'NVIDIA Tegra X1', network: 'host' },
      { role: 'eye', rank: 0, device: 'nano2', pinned: true, devices: ['/dev/video0', '/dev/bus/usb'] },
    ],
    deliveries: [],
    data: [
      { ...data, source: 'device', present: true },
      { ...data, source: 'controller', present: false },
    ],
    notes: ['It computes on the CPU.'],
  }).split('\n');
  expect(lines[3]).toBe('client-0  nano1, with its GPU: NVIDIA Tegra X1, in its network');
  expect(lines[4]).toBe('eye-0     nano2 (pinned), with its /dev/video0, /dev/bus/usb');
  expect(lines.slice(-4)).toEqual([
    'client  nano1   digits  2.0 MB  on the device',
    'client  nano1   digits  2.0 MB  will be sent',
    '',
    'note: It computes on the CPU.',
  ]);
});
