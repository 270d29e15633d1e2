import { expect, test } from 'vitest';
import type { RunPlan } from '../../experiments/index.js';
import { planText } from './plan.js';

const plan: RunPlan = {
  experiment: 'split',
  lan: 'shelf',
  runtime: 'docker',
  sweep: {
    order: 'interleaved',
    seed: null,
    stopWhen: null,
    counted: { product: '1', combinations: 1, excluded: 0, repeats: 1, warmup: 1 },
    onFailure: 'continue',
    onLoss: 'stop',
  },
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
    'trials: 1 combination; each 1 warm-up and 1 repeat',
    'after a trial that failed: continue; after a lost device: stop',
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
  expect(lines[6]).toBe('client-0  nano1, with its GPU: NVIDIA Tegra X1, in its network');
  expect(lines[7]).toBe('eye-0     nano2 (pinned), with its /dev/video0, /dev/bus/usb');
  expect(lines.slice(-4)).toEqual([
    'client  nano1   digits  2.0 MB  on the device',
    'client  nano1   digits  2.0 MB  will be sent',
    '',
    'note: It computes on the CPU.',
  ]);
});

test('shows how many trials there are and why, their order, and what a rule that ends repeats is worth, in 80 columns', () => {
  const trials = Array.from({ length: 120 }, (_, index) => ({
    number: index + 1,
    parameters: { split: index % 6 },
    repeat: Math.floor(index / 6),
    warmup: false,
  }));
  const text = planText({
    ...plan,
    trials,
    sweep: {
      order: 'random',
      seed: 4_294_967_295,
      stopWhen: { metric: 'client.total_ms', interval: 0.05, atLeast: 5, atMost: 20 },
      counted: { product: '2 x 4', combinations: 6, excluded: 2, repeats: 20, warmup: 0 },
      onFailure: 'continue',
      onLoss: 'wait',
    },
  });
  const lines = text.split('\n');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(lines).toContain('trials: 2 x 4 combinations, 2 excluded; each 5 to 20 repeats');
  expect(text.replaceAll(/\s+/g, ' ')).toMatch(
    /order: random, seed 4294967295: .* of client\.total_ms is within 5 % of their mean\. Such intervals contain the true mean in about 9\d % of cases, not 95 %/,
  );
  expect(lines).toContain('... and 80 more');
});
