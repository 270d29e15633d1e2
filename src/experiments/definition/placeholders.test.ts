import { describe, expect, test } from 'vitest';
import { placeholderFaults } from './command-checks.js';
import { type CommandScope, parametersIn, piecesOf, referenceOf } from './placeholders.js';

test.each<[string, ReturnType<typeof piecesOf>]>([
  ['plain', [{ text: 'plain' }]],
  ['', []],
  ['--x={hidden}', [{ text: '--x=' }, { name: 'hidden' }]],
  ['{server.host}:{server.grpc}', [{ name: 'server.host' }, { text: ':' }, { name: 'server.grpc' }]],
  ['{{hidden}}', [{ text: '{' }, { text: 'hidden' }, { text: '}' }]],
  ['{{{hidden}}}', [{ text: '{' }, { name: 'hidden' }, { text: '}' }]],
  ['{', null],
  ['}', null],
  ['{}', null],
  ['{a b}', null],
  ['{a.b.c}', null],
  ['{0}', null],
  ['{hidden:>4}', null],
  ['{{hidden}', null],
])('reads the pieces of %s', (word, pieces) => {
  expect(piecesOf(word)).toEqual(pieces);
});

const scope: CommandScope = {
  own: 'worker',
  parameters: ['hidden', 'rank'],
  data: ['digits'],
  roles: [
    { name: 'server', count: 1, ports: ['grpc'] },
    { name: 'worker', count: 3, ports: ['gloo'] },
    { name: 'other', count: 2, ports: [] },
    { name: 'other-1', count: 1, ports: ['x'] },
  ],
};

test.each([
  ['hidden', { kind: 'parameter', name: 'hidden' }],
  ['rank', { kind: 'parameter', name: 'rank' }],
  ['count', { kind: 'count' }],
  ['outputs', { kind: 'outputs' }],
  ['data.digits', { kind: 'data', name: 'digits' }],
  ['server.host', { kind: 'host', role: 'server', rank: null }],
  ['server-0.grpc', { kind: 'port', role: 'server', rank: 0, port: 'grpc' }],
  ['worker.gloo', { kind: 'port', role: 'worker', rank: null, port: 'gloo' }],
  ['worker-2.host', { kind: 'host', role: 'worker', rank: 2 }],
  ['other-1.x', { kind: 'port', role: 'other-1', rank: null, port: 'x' }],
])('knows what {%s} stands for', (name, reference) => {
  expect(referenceOf(name, scope)).toEqual(reference);
});

test.each([
  ['hiden', /there is no \{hiden\}\. Did you mean "hidden"\? For the text itself, write \{\{hiden\}\}\./],
  ['xyzzy', /Known here: \{hidden\}, \{rank\}, \{server\.host\}, \{server\.grpc\}, \{worker\.host\}/],
  ['sever.host', /Did you mean "server\.host"\?/],
  ['server.grcp', /server has no port "grcp"\. Did you mean "grpc"\?/],
  ['server.video', /Its ports: grpc; \{server\.host\} is its address\./],
  ['other-0.grpc', /other has no port "grpc"\. It declares no ports/],
  ['other.host', /other has ranks 0 to 1: write which one, such as \{other-0\.host\}/],
  ['worker-3.host', /worker has ranks 0 to 2, so there is no \{worker-3\.host\}/],
  ['server-1.host', /server has rank 0 only/],
  ['data.letters', /the role has no data "letters"\. Its data: digits\./],
])('says what is wrong with {%s}', (name, fault) => {
  expect(referenceOf(name, scope)).toMatchObject({ fault: expect.stringMatching(fault) as string });
});

test('names the parameters that a command uses', () => {
  expect(parametersIn(['{hidden}-{hidden}', '{count}', '{', '{{rank}}'], ['hidden', 'rank'])).toEqual([
    'hidden',
  ]);
});

describe('checks of experiment.yaml', () => {
  const faultsOf = (role: object, more: object = {}) =>
    placeholderFaults({ roles: { client: role }, ...more }).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );

  test('finds names in commands and meters that stand for nothing', () => {
    const role = { command: ['x', '{hidden}', '{hiden}', 3], meter: ['m', '{plug}'] };
    expect(faultsOf(role, { parameters: { hidden: [1] } })).toEqual([
      expect.stringMatching(/^roles\.client\.command\.2: there is no \{hiden\}/),
      expect.stringMatching(/^roles\.client\.meter\.1: there is no \{plug\}/),
    ]);
  });

  test('gives a word with braces of its own as it must be written', () => {
    expect(faultsOf({ command: ['sh', '-c', 'echo ${HOME} {a b}'] })).toEqual([
      expect.stringContaining('"echo ${{HOME}} {{a b}}"'),
    ]);
  });

  test.each([
    null,
    3,
    { roles: [] },
    { roles: { a: null, b: { command: 'x', ports: 3 } }, parameters: 1, data: [3] },
  ])('does not stumble over a wrong shape: %j', (raw) => {
    expect(placeholderFaults(raw)).toEqual([]);
  });
});
