import { homedir } from 'node:os';
import { expect, it } from 'vitest';
import type { CollabError } from '../../index.js';
import { parseAnswers, readAnswers } from './answers.js';

const faultsOf = (json: unknown): CollabError => {
  try {
    parseAnswers(json, '/x/answers.json');
  } catch (error) {
    return error as CollabError;
  }
  return expect.fail('it was accepted');
};

it('takes every answer, a single word as a list of one, and paths relative to its folder or the home', () => {
  const json = {
    lan: 'shelf',
    interfaces: 'eth0',
    scan: false,
    expect: 4,
    timeout_s: 10,
    take: 'all',
    user: 'pi',
    devices: ['pi@192.168.1.20', { address: 'nano', name: 'nano1', tags: ['camera'], key: 'keys/nano' }],
    key: '~/.ssh/id_ed25519',
    ssh_config: 'config',
    trust: ['SHA256:abc'],
    fix: true,
  };
  expect(parseAnswers(json, '/x/answers.json')).toEqual({
    ...json,
    interfaces: ['eth0'],
    take: ['all'],
    ssh_config: '/x/config',
    key: `${homedir()}/.ssh/id_ed25519`,
    devices: [
      { address: 'pi@192.168.1.20' },
      { address: 'nano', name: 'nano1', tags: ['camera'], key: '/x/keys/nano' },
    ],
  });
  expect(parseAnswers({}, '/x/answers.json')).toEqual({});
});

it('accepts mend, the old name of fix', () => {
  expect(parseAnswers({ mend: true }, '/x/answers.json')).toEqual({ fix: true });
  expect(faultsOf({ mend: 'yes' }).why).toContain('fix: ');
  expect(faultsOf({ mend: true, fix: false }).why).toContain('Unrecognized key: "mend"');
});

it('reports every fault with its place, and refuses unknown keys', () => {
  const error = faultsOf({
    expect: 0,
    interfaces: [],
    color: 'red',
    timeout_s: '10',
    devices: ['pi@nano', { address: 'x', port: 22 }, { name: 'y' }],
  });
  expect(error).toMatchObject({ name: 'answers-file', exitCode: 2 });
  const faults = (error.why ?? '').split('\n').map((line) => line.split(': ')[0]);
  expect(faults.sort()).toEqual(
    ['devices[1]', 'devices[2].address', 'expect', 'interfaces', 'the file', 'timeout_s'].sort(),
  );
  expect(error.why).toContain('the file: Unrecognized key: "color"');
  expect(error.why).toContain('devices[1]: Unrecognized key: "port"');
});

it('is not a place for secrets', () => {
  const error = faultsOf({ password: 'canary' });
  expect(error.why).toContain('password');
  expect(`${error.what}${error.why ?? ''}${error.next}`).not.toContain('canary');
  expect(error.next).toContain('--password-stdin');
});

it('reports a missing file and one that is not JSON', async () => {
  for (const path of ['/nowhere/answers.json', new URL('answers.ts', import.meta.url).pathname]) {
    await expect(readAnswers(path)).rejects.toMatchObject({
      name: 'answers-file',
      what: `Cannot use the answers file ${path}.`,
    });
  }
});
