import { createPrivateKey, sign } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { type Access, firstAccess, readAccess, signAccess } from './access.js';
import { makeMqttPassword } from './mqtt-password.js';
import {
  raisedAbove,
  withBrokerKey,
  withMember,
  withMqttHash,
  withMembers,
  withoutMember,
  withoutUser,
  withToken,
  withUser,
} from './access-changes.js';
import { type KeyPair, makeAuthority } from './certificates.js';
import { makeToken, token, tokenSha256 } from './tokens.js';

const hash = (text: string) => tokenSha256(text);
const id = '0123456789abcdef0123';
const otherId = '99999999999999999999';
const bobKey = `UB${'A'.repeat(54)}`;
const first = firstAccess('lab', { name: 'ann', tokenSha256: hash('a'), brokerKey: null });
let authority: KeyPair;

beforeAll(async () => {
  authority = await makeAuthority('lab');
});

test('a token is 32 random bytes, known to members by its hash', () => {
  const made = makeToken((count) => Buffer.alloc(count, 0xff));
  expect(made).toBe(`collab_${'_'.repeat(42)}8`);
  expect(token.safeParse(made).success).toBe(true);
  expect(token.safeParse(`${made} `).success).toBe(false);
  expect(hash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('a signed document comes back as it was', () => {
  const bob = { name: 'bob', role: 'user', tokenSha256: hash('b'), brokerKey: bobKey } as const;
  const access = withMembers(withoutMember(withUser(first, bob), id), [{ id: otherId, brokerKey: bobKey }]);
  const text = signAccess(access, authority.key);
  expect(readAccess(text, authority.certificate)).toEqual(access);
  const { payload } = JSON.parse(text) as { payload: string };
  expect(JSON.parse(Buffer.from(payload, 'base64').toString())).toEqual({
    format: 1,
    fleet: 'lab',
    version: 4,
    users: [
      { name: 'ann', role: 'admin', token_sha256: hash('a') },
      { name: 'bob', role: 'user', token_sha256: hash('b'), broker_key: bobKey },
    ],
    members: [{ id: otherId, broker_key: bobKey }],
    removed_members: [id],
  });
});

test('reads a document of an earlier version, without keys for the brokers', () => {
  const payload = Buffer.from(
    JSON.stringify({
      format: 1,
      fleet: 'lab',
      version: 1,
      users: [{ name: 'ann', role: 'admin', token_sha256: hash('a') }],
      removed_members: [],
    }),
  );
  const signature = sign('sha256', payload, createPrivateKey(authority.key));
  const text = JSON.stringify({
    payload: payload.toString('base64'),
    signature: signature.toString('base64'),
  });
  expect(readAccess(text, authority.certificate)).toEqual(first);
});

test('a document that has the keys already stays as it is', () => {
  const members = [
    { id, brokerKey: bobKey },
    { id: otherId, brokerKey: bobKey },
  ];
  const access = withMembers(withBrokerKey(first, 'ann', bobKey), members);
  expect(access).toMatchObject({ version: 3, users: [{ name: 'ann', brokerKey: bobKey }], members });
  expect(withBrokerKey(access, 'ann', bobKey)).toBe(access);
  expect(withMembers(access, [...members].reverse())).toBe(access);
  expect(withoutMember(access, id).members).toEqual([{ id: otherId, brokerKey: bobKey }]);
});

test('a user has a password for MQTT until it is taken away; the document has its hash', async () => {
  const { password, hash: mqttHash } = await makeMqttPassword();
  expect(password).toMatch(/^[\w-]{32}$/);
  expect(mqttHash).toMatch(/^\$2b\$06\$/);
  const bob = { name: 'bob', role: 'user', tokenSha256: hash('b'), brokerKey: bobKey } as const;
  const both = withUser(first, bob);
  const given = withMqttHash(both, 'bob', mqttHash);
  const text = signAccess(given, authority.key);
  expect(readAccess(text, authority.certificate)).toEqual(given);
  expect(given.users).toEqual([...first.users, { ...bob, mqttHash }]);
  // What else changes leaves it there.
  expect(withToken(given, 'bob', hash('c')).users[1]).toMatchObject({ mqttHash });
  expect(withMqttHash(given, 'ann', mqttHash).users).toMatchObject([{ mqttHash }, { mqttHash }]);
  expect(withMqttHash(given, 'bob', null)).toEqual({ ...both, version: both.version + 2 });
  expect(() => withMqttHash(both, 'eve', mqttHash)).toThrow(
    expect.objectContaining({ name: 'fleet-user-unknown' }),
  );
  expect(() => signAccess(withMqttHash(both, 'bob', password), authority.key)).toThrow();
});

test('refuses a changed document, another authority, and what is not a document', async () => {
  const signed = JSON.parse(signAccess(first, authority.key)) as { payload: string; signature: string };
  const payload = Buffer.from(JSON.stringify({ ...first, version: 9 })).toString('base64');
  const stranger = await makeAuthority('lab');
  for (const text of [
    JSON.stringify({ ...signed, payload }),
    JSON.stringify({ ...signed, signature: '' }),
    JSON.stringify({ ...signed, signature: signed.payload }),
    signAccess(first, stranger.key),
    '{}',
    'x',
  ])
    expect(() => readAccess(text, authority.certificate)).toThrow(
      expect.objectContaining({ name: 'access-broken' }),
    );
});

test('does not sign what members could not read', () => {
  expect(() => signAccess({ ...first, version: 0 }, authority.key)).toThrow();
  expect(() => signAccess({ ...first, removedMembers: ['x'] }, authority.key)).toThrow();
  const many = (count: number) => ({ ...first, removedMembers: Array.from({ length: count }, () => id) });
  expect(signAccess(many(8000), authority.key).length).toBeLessThan(256 * 1024);
  expect(() => signAccess(many(9000), authority.key)).toThrow('too many users');
});

test('each change raises the version and leaves the document before as it was', () => {
  const bob = { name: 'bob', role: 'admin', tokenSha256: hash('b'), brokerKey: bobKey } as const;
  const steps: ((access: Access) => Access)[] = [
    (access) => withUser(access, bob),
    (access) => withToken(access, 'bob', hash('c')),
    (access) => withoutUser(access, 'ann'),
    (access) => withoutMember(access, id),
    (access) => withoutMember(access, id),
    (access) => withMember(access, id),
  ];
  const all = steps.reduce<Access[]>((done, step) => [...done, step(done.at(-1) ?? first)], [first]);
  expect(all.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(all.map(({ removedMembers }) => removedMembers.length)).toEqual([0, 0, 0, 0, 1, 1, 0]);
  expect(all.at(-1)?.users).toEqual([{ ...bob, tokenSha256: hash('c') }]);
  expect(first.users).toHaveLength(1);
});

test('goes above the version that members have', () => {
  expect(raisedAbove(first, 7).version).toBe(8);
  expect(raisedAbove({ ...first, version: 9 }, 7).version).toBe(10);
});

test('says which user is there already, unknown, badly named, or the last admin', () => {
  const bob = { name: 'bob', role: 'user', tokenSha256: hash('b'), brokerKey: bobKey } as const;
  const both = withUser(first, bob);
  const faults: [string, () => unknown][] = [
    ['fleet-user-exists', () => withUser(both, bob)],
    ['bad-user-name', () => withUser(both, { ...bob, name: '../x' })],
    ['fleet-user-unknown', () => withoutUser(both, 'eve')],
    ['fleet-user-unknown', () => withToken(both, 'eve', hash('e'))],
    ['fleet-last-admin', () => withoutUser(both, 'ann')],
  ];
  for (const [name, act] of faults) expect(act).toThrow(expect.objectContaining({ name, exitCode: 2 }));
});
