import { expect, it } from 'vitest';
import type { KeySource } from './login-keys.js';
import { type KeyLibrary, keysToOffer } from './offered-keys.js';

/** A public key in wire format: its type, then something. */
function blobOf(name: string): Buffer {
  const type = 'ssh-ed25519';
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(name)]);
}
const file = (name: string): KeySource => ({ kind: 'file', name, privateKey: name, isUsual: false });
const agent = (only: string[] | null = null): KeySource => ({
  kind: 'agent',
  name: 'the ssh agent at /run/agent',
  socket: '/run/agent',
  only,
});
const holding = (...comments: string[]): KeyLibrary => ({
  publicKeyOf: (privateKey) => (privateKey.includes('sk') ? null : blobOf(privateKey)),
  identitiesOf: () =>
    Promise.resolve(comments.map((comment) => ({ blob: blobOf(comment), comment, agent: {} }))),
});
const names = async (sources: KeySource[], library: KeyLibrary) => {
  const { keys, left } = await keysToOffer(sources, library);
  return { keys: keys.map(({ name }) => name.replace(/ \(SHA256:.*?\)/, '')), left };
};

it('takes the keys of an agent one by one, and each key once', async () => {
  expect(await names([file('own'), agent()], holding('work', 'own', 'home'))).toEqual({
    keys: ['own', 'work of the ssh agent at /run/agent', 'home of the ssh agent at /run/agent'],
    left: [],
  });
});

it('takes only the keys that are named', async () => {
  const only = [blobOf('home').toString('base64')];
  expect((await names([agent(only)], holding('work', 'home'))).keys).toEqual([
    'home of the ssh agent at /run/agent',
  ]);
  expect((await names([agent(only)], holding('work'))).left).toEqual([
    'the ssh agent at /run/agent, which holds not the key that is named',
  ]);
});

it('says what cannot be offered', async () => {
  expect(await names([file('sk'), agent()], holding())).toEqual({
    keys: [],
    left: ['sk, whose format is not known', 'the ssh agent at /run/agent, which holds no key'],
  });
  const dead = { ...holding(), identitiesOf: () => Promise.reject(new Error('gone')) };
  expect((await names([agent()], dead)).left).toEqual([
    'the ssh agent at /run/agent, which does not answer (gone)',
  ]);
});

it('names a key without a comment by its fingerprint, and lets nothing through to the terminal', async () => {
  const { keys } = await keysToOffer([agent()], holding('\u001b[31mred'));
  expect(keys[0]?.name).toMatch(/^red \(SHA256:\S+\) of the ssh agent/);
});
