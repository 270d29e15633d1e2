import { mkdtemp, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { Workspace } from '../../workspace/index.js';
import { makeBrokerKey } from './broker-keys.js';
import { makeAuthority, makeMemberCertificate } from './certificates.js';
import { CredentialStore } from './credential-store.js';
import { type Invite, inviteFile, openInvite, parseInvite } from './join-file.js';

const id = '0123456789abcdef0123';
const { seed } = makeBrokerKey();
const secret = `collab_${'s'.repeat(43)}`;
let invite: Invite;
let store: CredentialStore;
const fault = (name: string) => expect.objectContaining({ name, exitCode: 2 }) as unknown;

beforeAll(async () => {
  invite = {
    fleet: 'lab',
    ca: (await makeAuthority('lab')).certificate,
    members: [{ id, address: '10.0.0.5', httpPort: 7947 }],
    user: 'bob',
    token: secret,
    brokerSeed: seed,
  };
});
beforeEach(async () => {
  store = new CredentialStore(new Workspace(await mkdtemp(join(tmpdir(), 'guest-'))));
});

test('a join file comes back as it was, in its own words', () => {
  const text = inviteFile(invite);
  expect(parseInvite(text)).toEqual(invite);
  expect(JSON.parse(text)).toEqual({
    format: 1,
    fleet: 'lab',
    ca: invite.ca,
    members: [{ id, address: '10.0.0.5', http_port: 7947 }],
    user: 'bob',
    token: secret,
    broker_seed: seed,
  });
});

test('a join file of an earlier version has no key for the brokers', async () => {
  const without: Invite = { ...invite, brokerSeed: null };
  expect(inviteFile(without)).not.toContain('broker_seed');
  expect(parseInvite(inviteFile(without))).toEqual(without);
  expect((await openInvite(store, without)).brokerSeed).toBeNull();
});

test('unknown keys of a newer version are ignored', () => {
  const text = JSON.stringify({ ...(JSON.parse(inviteFile(invite)) as object), more: 1 });
  expect(parseInvite(text)).toEqual(invite);
});

test('refuses what is not a join file, and never shows its text', async () => {
  const good = JSON.parse(inviteFile(invite)) as Record<string, unknown>;
  const member = { id, address: '10.0.0.5', http_port: 7947 };
  const leaf = await makeMemberCertificate(await makeAuthority('lab'), { id, addresses: [] });
  const bad: Record<string, unknown>[] = [
    { format: 2 },
    { fleet: '../lab' },
    { ca: 'x' },
    { ca: leaf.certificate },
    { members: [] },
    { members: [member, member] },
    { members: [{ ...member, id: '../../x' }] },
    { members: [{ ...member, address: 'a b' }] },
    { members: [{ ...member, address: '-oProxyCommand=x' }] },
    { members: [{ ...member, http_port: 70_000 }] },
    { user: '\u001b[31m' },
    { token: `${secret}\n` },
    { token: 'secret-of-somebody' },
    { broker_seed: `${seed}S` },
  ];
  const texts = bad.map((change) => JSON.stringify({ ...good, ...change }));
  for (const text of [...texts, '', '[]', inviteFile(invite).slice(0, -20), ' '.repeat(4_000_001)]) {
    let thrown: unknown;
    try {
      parseInvite(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toEqual(fault('bad-join-file'));
    const shown = JSON.stringify(Object.entries(thrown as object)) + String(thrown);
    expect(shown).not.toMatch(/ssss|secret-of/);
    expect(shown).not.toContain(seed);
    expect(shown).not.toContain('\u001b');
  }
});

test.each(['10.0.0.5', 'nano1.local', '::1', 'fe80::1%eth0', '2001:db8::7'])(
  '%s is an address',
  (address) => {
    const members = [{ id, address, httpPort: 7947 }];
    expect(parseInvite(inviteFile({ ...invite, members })).members).toEqual(members);
  },
);

test('a guest can use the fleet, and not change who belongs to it', async () => {
  await openInvite(store, invite);
  const guest = await store.open('lab');
  expect(guest).toMatchObject({
    kind: 'guest',
    fleet: 'lab',
    user: 'bob',
    token: secret,
    brokerSeed: seed,
    members: invite.members,
  });
  expect(guest.ca).toBe(invite.ca);
  expect((await readdir(guest.folder)).sort()).toEqual(['broker.seed', 'ca.pem', 'guest.json', 'token']);
  for (const file of await readdir(guest.folder))
    expect((await stat(join(guest.folder, file))).mode & 0o777).toBe(0o600);
  await expect(store.openOwned('lab')).rejects.toThrow(fault('fleet-guest'));
});

test('a guest remembers where members are now', async () => {
  const guest = await openInvite(store, invite);
  const moved = [{ id, address: '10.0.0.9', httpPort: 7948 }];
  expect((await guest.remember(moved)).members).toEqual(moved);
  expect(await store.open('lab')).toMatchObject({ user: 'bob', members: moved });
});

test('a later join file of the same fleet replaces the first, and that of another does not', async () => {
  await openInvite(store, invite);
  const later = { ...invite, token: `collab_${'t'.repeat(43)}` };
  expect((await openInvite(store, later)).token).toBe(later.token);
  const other = { ...invite, ca: (await makeAuthority('lab')).certificate };
  await expect(openInvite(store, other)).rejects.toThrow(fault('fleet-exists'));
  expect(await store.open('lab')).toMatchObject({ token: later.token });
  const own = await store.create('own', 'ann');
  await expect(openInvite(store, { ...invite, fleet: 'own', ca: own.ca })).rejects.toThrow(
    fault('fleet-exists'),
  );
  expect((await store.open('own')).kind).toBe('owner');
});
