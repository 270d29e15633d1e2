import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { jsonOf } from '../../workspace/index.js';
import { checkFolder, Experiment } from './experiment.js';
import { formatFault } from './faults.js';

let folder: string;
const options = { flavors: ['python', 'torch'] };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'collab-experiment-'));
  for (const file of ['server.py', 'client.py', 'requirements.txt']) await writeFile(join(folder, file), '');
});
afterEach(() => rm(folder, { recursive: true }));

async function faultsOf(yaml: string): Promise<string[]> {
  await writeFile(join(folder, 'experiment.yaml'), yaml);
  return (await checkFolder(folder, options)).faults.map(formatFault);
}

const split = `name: split-inference
description: Where should a ResNet be cut?
roles:
  server:
    device: { arch: [amd64, arm64], memory: ">= 1 GB", tags: [] }
    base: torch
    command: [python3, server.py]
    ports: { grpc: 50051 }
    ready: { log: "warmup complete", timeout: 3m }
    service: true
  client:
    device: { arch: arm64, memory: 1048576, cores: ">= 2", accelerator: cuda }
    count: 2
    devices: [/dev/video0, /dev/bus/usb, /dev/video0]
    shm: 1 GB
    after: [server, server]
    dependencies: { apt: [python3-skimage, libc6=2.36-9+deb12u4], pip: ["numpy<2"], requirements: ./requirements.txt }
    command: [python3, client.py]
    meter: [python3, server.py]
parameters: { split: [0, 4, 9], codec: [raw, zlib], fast: true }
repeats: 3
warmup: 1
sampling: 50 ms
metrics: [cycles, cycles]
idle: 5 s
timeout: 1.5 h
`;

test('resolves a complete file: units, defaults, order', async () => {
  expect(await faultsOf(split)).toEqual([]);
  const experiment = await Experiment.load(folder, options);
  expect(experiment.name).toBe('split-inference');
  expect(experiment.id).toMatch(/^[0-9a-f]{64}$/);
  expect(experiment.files).toEqual(['client.py', 'experiment.yaml', 'requirements.txt', 'server.py']);
  expect(experiment.definition).toEqual({
    name: 'split-inference',
    description: 'Where should a ResNet be cut?',
    roles: [
      {
        name: 'server',
        device: {
          architectures: ['amd64', 'arm64'],
          memoryBytes: 1e9,
          cores: null,
          tags: [],
          accelerator: null,
        },
        count: 1,
        most: null,
        share: true,
        after: [],
        gpu: false,
        devices: [],
        shmBytes: null,
        data: [],
        base: 'torch',
        dependencies: { apt: [], pip: [], requirements: null },
        command: ['python3', 'server.py'],
        prepare: null,
        finalize: null,
        ports: { grpc: 50051 },
        reads: [],
        portProtocols: {},
        network: 'own',
        ready: { probe: { log: 'warmup complete' }, timeoutS: 180 },
        meter: null,
        restart: 'trial',
        service: true,
      },
      {
        name: 'client',
        device: { architectures: ['arm64'], memoryBytes: 1048576, cores: 2, tags: [], accelerator: 'cuda' },
        count: 2,
        most: null,
        share: true,
        after: ['server'],
        gpu: true,
        devices: ['/dev/video0', '/dev/bus/usb'],
        shmBytes: 1e9,
        data: [],
        base: 'python',
        dependencies: {
          apt: ['python3-skimage', 'libc6=2.36-9+deb12u4'],
          pip: ['numpy<2'],
          requirements: './requirements.txt',
        },
        command: ['python3', 'client.py'],
        prepare: null,
        finalize: null,
        ports: {},
        reads: [],
        portProtocols: {},
        network: 'own',
        ready: null,
        meter: ['python3', 'server.py'],
        restart: 'trial',
        service: false,
      },
    ],
    parameters: [
      { name: 'split', values: [0, 4, 9] },
      { name: 'codec', values: ['raw', 'zlib'] },
      { name: 'fast', values: [true] },
    ],
    combinations: [],
    exclude: [],
    primary: [],
    equal: [],
    repeats: 3,
    warmup: 1,
    stopWhen: null,
    order: 'interleaved',
    seed: null,
    samplingS: 0.05,
    metrics: ['cycles'],
    idleS: 5,
    timeoutS: 5400,
    onFailure: null,
    onLoss: 'stop',
  });
});

test('the minimal file gets defaults', async () => {
  expect(await faultsOf('name: tiny\nroles:\n  main:\n    command: [echo, hi]\n')).toEqual([]);
  const { definition } = await Experiment.load(folder, options);
  expect(definition).toMatchObject({ repeats: 1, warmup: 0, samplingS: 0.1, timeoutS: 600, parameters: [] });
  expect(definition).toMatchObject({ metrics: [], idleS: 2 });
  expect(definition.roles[0]).toMatchObject({ count: 1, base: 'python', ready: null, after: [] });
});

test('a sweep: ranges, combinations, exclusions, a rule that ends repeats, and roles of as many devices as there are', async () => {
  const yaml = `name: sweep
roles:
  worker:
    command: [echo, '{lr}']
    prepare: [python3, server.py, '{split}']
    finalize: [echo, '{count}']
    count: 1..n
    share: false
parameters:
  lr: { from: 0.1, to: 0.3, step: 0.1 }
  split: [0, 4]
  codec: raw
combinations:
  - { split: 0, codec: raw }
  - { split: 4, codec: zlib }
exclude: [{ lr: 0.30, split: 0 }]
order: random
seed: 7
stop_when: { metric: worker.total_ms, interval: 2.5 % }
`;
  expect(await faultsOf(yaml)).toEqual([]);
  const { definition } = await Experiment.load(folder, options);
  expect(jsonOf(definition.parameters)).toBe(
    '[{"name":"lr","values":[0.1,0.2,0.3]},{"name":"split","values":[0,4]},{"name":"codec","values":["raw"]}]',
  );
  expect(jsonOf([definition.combinations, definition.exclude])).toBe(
    '[[{"split":0,"codec":"raw"},{"split":4,"codec":"zlib"}],[{"lr":0.30,"split":0}]]',
  );
  expect(definition).toMatchObject({
    order: 'random',
    seed: 7,
    stopWhen: { metric: 'worker.total_ms', interval: 0.025, atLeast: 5, atMost: 50 },
  });
  expect(definition.roles[0]).toMatchObject({
    count: 1,
    most: 256,
    share: false,
    prepare: ['python3', 'server.py', '{split}'],
    finalize: ['echo', '{count}'],
  });
});

test('a role of several devices is named with a rank, and only the least number of ranks is sure to exist', async () => {
  const yaml = `name: sweep
roles:
  worker: { command: [echo], count: 2..n }
  server: { command: [echo, '{worker.host}', '{worker-1.host}', '{worker-2.host}'] }
`;
  expect(await faultsOf(yaml)).toEqual([
    'experiment.yaml:4  roles.server.command.1: worker has 2 or more instances: write which one, such as {worker-0.host}',
    'experiment.yaml:4  roles.server.command.3: worker has 2 or more instances, so there is no {worker-2.host}',
  ]);
});
