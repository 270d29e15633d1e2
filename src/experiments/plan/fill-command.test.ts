import { expect, test } from 'vitest';
import { definitionOf, roleOf } from '../../../tests/fixtures/experiment-definition.js';
import { fillCommand } from './fill-command.js';
import { planInstances } from './peers.js';

const server = roleOf('server', { ports: { grpc: 50051 } });
const worker = roleOf('worker', {
  count: 2,
  ports: { gloo: 6000 },
  data: [{ name: 'digits', path: '../digits' }],
});
const parameters = [
  { name: 'hidden', values: [64] },
  { name: 'name', values: ['a b {hidden}'] },
  { name: 'flag', values: [true] },
];
const definition = { ...definitionOf(server, worker), parameters };
// Both workers share a device: the second one is reached under another number.
const placement = [
  { role: 'server', rank: 0, device: 'a' },
  { role: 'worker', rank: 0, device: 'b' },
  { role: 'worker', rank: 1, device: 'b' },
];
const plan = planInstances(placement, definition, (device) => `${device}.lan`, { runtime: 'docker' });

function filled(instance: number, ...words: string[]): string[] {
  const found = plan.instances[instance];
  if (found === undefined) throw new Error('no such instance');
  return fillCommand(words, {
    definition,
    parameters: { hidden: 64, name: 'a b {hidden}', flag: true },
    instance: found,
    instances: plan.instances,
    addressOf: (device) => `${device}.lan`,
    data: new Map([['digits', '/data/digits']]),
    outputs: '/collab/outputs',
  });
}

test('puts values into words, each once and as it is', () => {
  expect(filled(1, 'train.py', '--hidden={hidden}', '{name}', '{flag}', '{{hidden}}')).toEqual([
    'train.py',
    '--hidden=64',
    'a b {hidden}',
    'true',
    '{hidden}',
  ]);
});

test('knows the instance itself, and where the others are', () => {
  expect(filled(2, '{rank}/{count}', '{server.host}:{server.grpc}', '{data.digits}', '{outputs}')).toEqual([
    '1/2',
    'a.lan:50051',
    '/data/digits',
    '/collab/outputs',
  ]);
});

test('gives the port to bind to for the instance itself, and the one to connect to for another', () => {
  expect(filled(1, '{worker.gloo} {worker-0.gloo} {worker-1.gloo}')).toEqual(['6000 6000 6001']);
  expect(filled(2, '{worker.gloo} {worker-0.gloo} {worker-1.gloo}')).toEqual(['6000 6000 6000']);
});
