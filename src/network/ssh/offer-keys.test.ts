import { expect, it } from 'vitest';
import { CollabError } from '../../errors.js';
import type { Authentication } from './authentication.js';
import { CutDuringLogin, LoginRefused, offerKeys } from './offer-keys.js';
import type { OfferedKey } from './offered-keys.js';

const target = { host: 'nano1', port: 22, user: 'pi' };
const keyOf = (name: string): OfferedKey => ({ kind: 'file', name, privateKey: name, isUsual: false });
const keys = ['a', 'b', 'c', 'd', 'e'].map(keyOf);
const proofOf = (offered: readonly OfferedKey[]): Authentication => ({
  next: () => false,
  key: offered.at(-1) ?? null,
  offered,
  used: offered.length,
  complaint: null,
});

/** A server that takes `limit` keys on a connection, and knows one of them. */
function serverOf(known: string, limit: number, end: 'said' | 'cut' = 'said') {
  const connections: string[][] = [];
  const attempt = (rest: readonly OfferedKey[]) => {
    const seen = rest.slice(0, limit);
    const at = seen.findIndex(({ name }) => name === known);
    const offered = at < 0 ? seen : seen.slice(0, at + 1);
    connections.push(offered.map(({ name }) => name));
    if (at >= 0) return Promise.resolve(known);
    const cause = new Error('Too many authentication failures');
    const isLast = rest.length <= limit && end === 'said';
    if (end === 'cut' && rest.length >= limit)
      return Promise.reject(new CutDuringLogin(proofOf(offered), cause));
    return Promise.reject(new LoginRefused(proofOf(offered), !isLast, cause));
  };
  return { attempt, connections };
}

it('offers the rest of the keys over further connections', async () => {
  const { attempt, connections } = serverOf('e', 2);
  expect(await offerKeys(target, { keys, left: [] }, attempt)).toBe('e');
  expect(connections).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
});

it('offers the last key again if the server hung up without an answer', async () => {
  const { attempt, connections } = serverOf('d', 3, 'cut');
  expect(await offerKeys(target, { keys, left: [] }, attempt)).toBe('d');
  expect(connections).toEqual([
    ['a', 'b', 'c'],
    ['c', 'd'],
  ]);
});

it('gives up where a connection takes no key', async () => {
  const { attempt } = serverOf('none', 1, 'cut');
  await expect(offerKeys(target, { keys, left: [] }, attempt)).rejects.toBeInstanceOf(CutDuringLogin);
});

it('lists the keys that were offered, and no other', async () => {
  const { attempt } = serverOf('none', 3);
  const error: unknown = await offerKeys(
    target,
    { keys, left: ['sk, whose format is not known'] },
    attempt,
  ).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'key-refused', exitCode: 4 });
  expect((error as CollabError).why).toBe(
    'Offered: a, b, c, d, e. The server said: Too many authentication failures\nNot offered: sk, whose format is not known.',
  );
});

it('says which keys were not offered because the server takes no further connection', async () => {
  const { attempt } = serverOf('e', 2);
  let connections = 0;
  const closing = (rest: readonly OfferedKey[]) => {
    connections += 1;
    return connections === 1 ? attempt(rest) : Promise.reject(new Error('read ECONNRESET'));
  };
  await expect(offerKeys(target, { keys, left: [] }, closing)).rejects.toMatchObject({
    name: 'key-refused',
    why: 'Offered: a, b. The server said: read ECONNRESET\nNot offered: c, d, e.',
  });
});

it.each(['interrupted', 'host-key-changed'])('an error that is %s stays what it is', async (name) => {
  const stop = new CollabError(name, { what: 'What.', next: 'Do.', exitCode: 4 });
  await expect(offerKeys(target, { keys, left: [] }, () => Promise.reject(stop))).rejects.toBe(stop);
});

it('without a key, there is nothing to connect for', async () => {
  const left = ['the ssh agent at /run/agent, which holds no key'];
  await expect(
    offerKeys(target, { keys: [], left }, () => expect.fail('it connected')),
  ).rejects.toMatchObject({ name: 'no-login-key', why: `Not usable: ${left[0] ?? ''}.` });
});
