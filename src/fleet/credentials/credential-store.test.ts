import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { Workspace } from '../../workspace/index.js';
import { withoutMember, withUser } from './access-changes.js';
import { publicKeyOf } from './broker-keys.js';
import { CredentialStore } from './credential-store.js';
import { parseGossipKeys } from './gossip-keys.js';
import type { OwnedFleet } from './owned-fleet.js';
import { readAccess } from './access.js';
import { token, tokenSha256 } from './tokens.js';

const id = '0123456789abcdef0123';
const otherId = '99999999999999999999';
let workspace: Workspace;
let store: CredentialStore;
let lab: OwnedFleet;
const fault = (name: string) => expect.objectContaining({ name, exitCode: 2 }) as unknown;

beforeEach(async () => {
  workspace = new Workspace(await mkdtemp(join(tmpdir(), 'fleets-')));
  store = new CredentialStore(workspace);
  lab = await store.create('lab', 'ann');
});

test('a new fleet has an authority, a gossip key and its first admin', async () => {
  expect(await store.list()).toEqual(['lab']);
  expect(await lab.access()).toEqual({
    fleet: 'lab',
    version: 1,
    users: [
      {
        name: 'ann',
        role: 'admin',
        tokenSha256: tokenSha256(await lab.token()),
        brokerKey: publicKeyOf((await lab.brokerSeed()) ?? ''),
      },
    ],
    members: [],
    removedMembers: [],
  });
  expect(token.safeParse(await lab.token()).success).toBe(true);
  expect(await lab.gossipKeys()).toHaveLength(1);
  expect(await lab.user()).toBe('ann');
  const again = await store.openOwned('lab');
  expect([again.ca, await again.token()]).toEqual([lab.ca, await lab.token()]);
});

test('nobody else may read anything below the folder', async () => {
  await lab.ensureMember(id, []);
  await lab.rotationSteps();
  const entries = await readdir(lab.folder, { recursive: true, withFileTypes: true });
  const modes = await Promise.all(
    entries.map(async (entry) => {
      const { mode } = await stat(join(entry.parentPath, entry.name));
      return `${entry.isDirectory() ? 'folder' : 'file'} ${(mode & 0o777).toString(8)}`;
    }),
  );
  expect(new Set(modes)).toEqual(new Set(['folder 700', 'file 600']));
  for (const folder of [lab.folder, join(lab.folder, '..'), workspace.private])
    expect((await stat(folder)).mode & 0o077).toBe(0);
});

test('a name is taken once, also when two commands make it at the same time', async () => {
  await expect(store.create('lab', 'bob')).rejects.toThrow(fault('fleet-exists'));
  const both = await Promise.allSettled([store.create('shelf', 'ann'), store.create('shelf', 'bob')]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await readdir(join(workspace.private, 'fleets'))).toEqual(['lab', 'shelf']);
});

test.each(['../x', '.hidden', 'a/b', ''])('%j is no name of a fleet', async (name) => {
  await expect(store.create(name, 'ann')).rejects.toThrow(fault('bad-fleet-name'));
  await expect(store.remove(name)).rejects.toThrow(fault('bad-fleet-name'));
  await expect(store.open(name)).rejects.toThrow(fault('fleet-unknown'));
});

test('a member keeps its certificate until its addresses change', async () => {
  expect(await lab.ensureMember(id, ['10.0.0.5'])).toBe(true);
  const first = await lab.memberFiles(id);
  expect(await lab.ensureMember(id, ['10.0.0.5'])).toBe(false);
  expect(await lab.memberFiles(id)).toEqual(first);
  expect(await lab.ensureMember(id, ['10.0.0.6'])).toBe(true);
  expect(await lab.memberFiles(id)).not.toEqual(first);
  await writeFile(join(lab.folder, 'members', id, 'tls-key.pem'), 'cut');
  expect(await lab.ensureMember(id, ['10.0.0.6'])).toBe(true);
  expect(await lab.memberIds()).toEqual([id]);
});

test("a member gets what it needs, and neither the authority's key nor a token", async () => {
  await lab.ensureMember(id, []);
  const files = await lab.memberFiles(id);
  expect(files.map(({ name, mode }) => `${name} ${mode.toString(8)}`).sort()).toEqual(
    ['access.json', 'ca.pem', 'gossip.keys', 'tls-key.pem', 'tls.pem'].map((name) => `${name} 600`),
  );
  const of = Object.fromEntries(files.map(({ name, content }) => [name, content]));
  expect(parseGossipKeys(of['gossip.keys'] ?? '')).toEqual(await lab.gossipKeys());
  expect(readAccess(of['access.json'] ?? '', of['ca.pem'] ?? '')).toEqual(await lab.access());
  expect(
    new X509Certificate(of['tls.pem'] ?? '').checkPrivateKey(createPrivateKey(of['tls-key.pem'] ?? '')),
  ).toBe(true);
  const all = JSON.stringify(files);
  const authorityKey = await readFile(join(lab.folder, 'ca-key.pem'), 'utf8');
  expect(all).not.toContain(JSON.stringify(authorityKey).slice(1, -1));
  expect(all).not.toContain(await lab.token());
});

test('brokers know each member by a key of its own, and none that is not in the fleet', async () => {
  await lab.ensureMembers([
    { id, addresses: [] },
    { id: otherId, addresses: [] },
  ]);
  const both = await lab.access();
  const keyOf = async (one: string) => ({
    id: one,
    brokerKey: publicKeyOf(await lab.memberBrokerSeed(one)),
  });
  expect(both.members).toEqual([await keyOf(id), await keyOf(otherId)]);
  await lab.ensureMembers(both.members.map((one) => ({ id: one.id, addresses: [] })));
  expect(await lab.access()).toEqual(both);
  await lab.ensureMembers([{ id: otherId, addresses: [] }]);
  expect((await lab.access()).members).toEqual([await keyOf(otherId)]);
});

test('a fleet of an earlier version gets the key of its owner', async () => {
  await rm(join(lab.folder, 'broker.seed'));
  const { users, ...same } = await lab.access();
  await lab.setAccess({ ...same, version: 2, users: users.map((user) => ({ ...user, brokerKey: null })) });
  expect(await lab.brokerSeed()).toBeNull();
  await lab.ensureMembers([]);
  const seed = (await lab.brokerSeed()) ?? '';
  expect((await lab.access()).users).toMatchObject([{ name: 'ann', brokerKey: publicKeyOf(seed) }]);
});

test('forgets a member', async () => {
  await lab.ensureMember(id, []);
  await lab.forgetMember(id);
  expect(await lab.memberIds()).toEqual([]);
  await expect(lab.memberFiles(id)).rejects.toThrow(fault('fleet-broken'));
  await expect(lab.forgetMember('..')).rejects.toThrow('20 hex');
});

test('saves later access documents only', async () => {
  const bob = { name: 'bob', role: 'user', tokenSha256: tokenSha256('b'), brokerKey: null } as const;
  const one = withUser(await lab.access(), bob);
  const other = withoutMember(await lab.access(), id);
  await lab.setAccess(one);
  await expect(lab.setAccess(other)).rejects.toThrow(fault('access-changed'));
  await expect(lab.setAccess({ ...one, fleet: 'other', version: 9 })).rejects.toThrow('other');
  expect(await lab.access()).toEqual(one);
});

test("a user whose token is no longer the fleet's is nobody", async () => {
  await lab.setToken(`collab_${'x'.repeat(43)}`);
  expect(await lab.user()).toBeNull();
});

test('a rotation that was interrupted goes on with the same key', async () => {
  const [old = ''] = await lab.gossipKeys();
  expect(await lab.isRotating()).toBe(false);
  const steps = await lab.rotationSteps();
  const fresh = steps.at(-1)?.[0] ?? '';
  expect(steps).toEqual([[old, fresh], [fresh, old], [fresh]]);
  await lab.setGossipKeys([fresh, old]);
  const again = await store.openOwned('lab');
  expect(await again.isRotating()).toBe(true);
  expect(await again.rotationSteps()).toEqual([[fresh]]);
  await again.setGossipKeys([fresh]);
  expect(await again.isRotating()).toBe(false);
  expect(await again.gossipKeys()).toEqual([fresh]);
});

test('says what is damaged', async () => {
  const broken: [string, string | null, string][] = [
    ['ca-key.pem', null, 'fleet-broken'],
    ['ca.pem', 'x', 'fleet-broken'],
    ['token', 'x', 'fleet-broken'],
    ['broker.seed', 'x', 'fleet-broken'],
    ['access.json', '{}', 'access-broken'],
    ['gossip.keys', 'x', 'gossip-keys-broken'],
  ];
  for (const [file, content, name] of broken) {
    const path = join(lab.folder, file);
    const before = await readFile(path);
    await (content === null ? rm(path) : writeFile(path, content));
    await expect(store.open('lab')).rejects.toThrow(fault(name));
    await writeFile(path, before);
  }
  await rm(join(lab.folder, 'ca-key.pem'));
  const other = await store.create('other', 'ann');
  await writeFile(join(lab.folder, 'ca-key.pem'), await readFile(join(other.folder, 'ca-key.pem')));
  await expect(store.open('lab')).rejects.toThrow('cannot be used');
});

test('removes a fleet with what an interrupted command left beside it', async () => {
  const fleets = join(workspace.private, 'fleets');
  for (const name of ['.lab.0123abcd.new', '.lab.0123abcd.old', '.lab.x.0123abcd.new'])
    await mkdir(join(fleets, name));
  await store.remove('lab');
  expect(await readdir(fleets)).toEqual(['.lab.x.0123abcd.new']);
  await expect(store.remove('lab')).rejects.toThrow(fault('fleet-unknown'));
});

test('a folder that cannot be written stays as it is', async () => {
  const fleets = join(workspace.private, 'fleets');
  await expect(
    store.place('new', [{ path: 'a', content: 'a' }], { check: () => Promise.reject(new Error('no')) }),
  ).rejects.toThrow('no');
  expect(await readdir(fleets)).toEqual(['lab']);
});
