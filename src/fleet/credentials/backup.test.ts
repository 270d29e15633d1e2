import { mkdir, mkdtemp, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Header, pack } from 'tar-stream';
import { beforeEach, describe, expect, test } from 'vitest';
import { Workspace } from '../../workspace/index.js';
import { backupFleet, inspectBackup, restoreFleet } from './backup.js';
import { sealBackup } from './backup-format.js';
import { CredentialStore } from './credential-store.js';
import type { OwnedFleet } from './owned-fleet.js';
import { systemRandom as random } from './randomness.js';

const passphrase = 'correct horse battery';
const canary = 'canary-7f3a9c51';
const id = '0123456789abcdef0123';
const cost = 2;
const clock = { now: () => new Date('2026-01-02T03:04:05Z') };
const options = { cost, clock };
const fault = (name: string) => expect.objectContaining({ name, exitCode: 2 }) as unknown;
let root: string;
let file: string;
let lab: OwnedFleet;
/** Where backups are restored. */
let target: CredentialStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'backup-'));
  file = join(root, 'lab.backup');
  const source = new CredentialStore(new Workspace(join(root, 'source')));
  lab = await source.create('lab', 'ann');
  await lab.ensureMember(id, ['10.0.0.5']);
  await mkdir(join(lab.folder, 'settings'));
  await writeFile(join(lab.folder, 'settings/fleet.yaml'), `secret: ${canary}\n`, { mode: 0o600 });
  await writeFile(join(lab.folder, 'bytes'), Buffer.from([0, 255, 128, 10]));
  target = new CredentialStore(new Workspace(join(root, 'target')));
});

/** All paths below a folder with what is in them, and modes. */
async function contentOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const all: Record<string, string> = {};
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const { mode } = await stat(path);
    const bytes = entry.isFile() ? (await readFile(path)).toString('hex') : 'folder';
    all[path.slice(folder.length)] = `${entry.isFile() ? (mode & 0o077).toString(8) : ''} ${bytes}`;
  }
  return all;
}

test('a fleet comes back with all of its files', async () => {
  await writeFile(join(lab.folder, 'settings/fleet.yaml'), canary);
  const before = await contentOf(lab.folder);
  const made = await backupFleet(lab.folder, file, passphrase, { clock });
  expect(made).toMatchObject({ fleet: 'lab', time: '2026-01-02T03:04:05.000Z' });
  expect(made.parts).toEqual({ credentials: 9, configuration: 2 });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(made.sizeBytes).toBe((await stat(file)).size);
  expect(await restoreFleet(target, file, passphrase)).toEqual(made);
  const restored = await target.openOwned('lab');
  expect(await contentOf(restored.folder)).toMatchObject(
    Object.fromEntries(Object.entries(before).map(([path, text]) => [path, text.replace(/^\d+/, '0')])),
  );
  expect(await restored.ensureMember(id, ['10.0.0.5'])).toBe(false);
});

test('says what it is without the passphrase', async () => {
  await backupFleet(lab.folder, file, passphrase, options);
  expect(await inspectBackup(file)).toEqual({
    fleet: 'lab',
    time: '2026-01-02T03:04:05.000Z',
    parts: ['credentials', 'configuration'],
  });
});

test('no secret is readable in the file', async () => {
  await backupFleet(lab.folder, file, passphrase, options);
  const bytes = await readFile(file);
  const key = await readFile(join(lab.folder, 'ca-key.pem'), 'utf8');
  const secrets = [
    canary,
    await lab.token(),
    ...(await lab.gossipKeys()),
    key.split('\n')[1] ?? '',
    passphrase,
  ];
  for (const secret of [...secrets, Buffer.from(canary).toString('base64').slice(0, 12), id, 'ca-key'])
    expect(bytes.includes(secret)).toBe(false);
  await backupFleet(lab.folder, join(root, 'again'), passphrase, options);
  expect((await readFile(join(root, 'again'))).subarray(-2000).equals(bytes.subarray(-2000))).toBe(false);
});

test('a wrong passphrase restores nothing, and a short one is refused', async () => {
  await expect(backupFleet(lab.folder, file, 'short', options)).rejects.toThrow(fault('passphrase-short'));
  await backupFleet(lab.folder, file, passphrase, options);
  for (const wrong of [`${passphrase} `, '', passphrase.toUpperCase()])
    await expect(restoreFleet(target, file, wrong)).rejects.toThrow(fault('backup-passphrase'));
  expect(await target.list()).toEqual([]);
});

test('a passphrase is the same however its letters are composed', async () => {
  await backupFleet(lab.folder, file, 'Schl\u00fcsselwort', options);
  expect((await restoreFleet(target, file, 'Schlu\u0308sselwort')).fleet).toBe('lab');
});

test('replaces a fleet or a file only if told to', async () => {
  await backupFleet(lab.folder, file, passphrase, options);
  await expect(backupFleet(lab.folder, file, passphrase, options)).rejects.toThrow(fault('file-exists'));
  await backupFleet(lab.folder, file, passphrase, { ...options, replace: true });
  const other = await target.create('lab', 'bob');
  const before = await contentOf(other.folder);
  await expect(restoreFleet(target, file, passphrase)).rejects.toThrow(fault('fleet-exists'));
  expect(await contentOf(other.folder)).toEqual(before);
  await restoreFleet(target, file, passphrase, { replace: true });
  expect((await target.open('lab')).ca).toBe(lab.ca);
  expect(await readdir(join(other.folder, '..'))).toEqual(['lab']);
});

test('a fleet that cannot be used makes no backup', async () => {
  await writeFile(join(lab.folder, 'ca.pem'), 'x');
  await expect(backupFleet(lab.folder, file, passphrase, options)).rejects.toThrow(fault('fleet-broken'));
  await expect(restoreFleet(target, file, passphrase)).rejects.toThrow(fault('no-file'));
  await expect(restoreFleet(target, root, passphrase)).rejects.toThrow(fault('bad-backup'));
});

test('links are not followed', async () => {
  await writeFile(join(root, 'elsewhere'), canary);
  await symlink(join(root, 'elsewhere'), join(lab.folder, 'link'));
  await symlink(root, join(lab.folder, 'folder-link'));
  expect((await backupFleet(lab.folder, file, passphrase, options)).parts).toEqual({
    credentials: 9,
    configuration: 2,
  });
});

test('a fleet whose backup is damaged is not restored', async () => {
  await backupFleet(lab.folder, file, passphrase, options);
  const whole = await readFile(file);
  const { length } = whole;
  for (const at of [0, 30, Math.floor(length / 2), length - 40, length - 1]) {
    const copy = Buffer.from(whole);
    copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
    await writeFile(file, copy);
    await expect(restoreFleet(target, file, passphrase)).rejects.toThrow(/is damaged|is not a backup/);
    await writeFile(file, whole.subarray(0, at));
    await expect(restoreFleet(target, file, passphrase)).rejects.toThrow(/is damaged|is not a backup/);
  }
  expect(await target.list()).toEqual([]);
  await writeFile(file, whole);
  expect((await restoreFleet(target, file, passphrase)).fleet).toBe('lab');
});

type Entry = Partial<Header> & { name: string };

describe('a hostile backup', () => {
  const seal = async (content: Buffer, parts = ['configuration']) => {
    const header = { fleet: 'lab', time: clock.now().toISOString(), parts };
    await writeFile(file, await sealBackup(header, content, passphrase, { random, cost }));
  };
  const tarWith = async (header: Entry): Promise<Buffer> => {
    const tar = pack();
    for (const name of ['ca.pem', 'ca-key.pem', 'gossip.keys', 'access.json', 'token'])
      tar.entry({ name: `configuration/${name}` }, await readFile(join(lab.folder, name)));
    tar.entry(header, header.type === undefined ? canary : '');
    tar.finalize();
    return buffer(tar);
  };

  test.each<[string, Entry]>([
    ['a path upwards', { name: '../evil' }],
    ['a path upwards inside', { name: 'configuration/../../evil' }],
    ['a path upwards at the end', { name: 'configuration/a/..' }],
    ['an absolute path', { name: '/evil' }],
    ['an empty step', { name: 'configuration//evil' }],
    ['a path of another system', { name: 'configuration\\..\\evil' }],
    ['a drive', { name: 'configuration/C:evil' }],
    ['a path of no part', { name: 'evil' }],
    ['another part', { name: 'other/evil' }],
    ['a part as a file', { name: 'configuration' }],
    ['a symbolic link', { name: 'configuration/evil', type: 'symlink', linkname: '/etc' }],
    ['a hard link', { name: 'configuration/evil', type: 'link', linkname: '/etc/passwd' }],
    ['a device', { name: 'configuration/evil', type: 'character-device' }],
    ['a pipe', { name: 'configuration/evil', type: 'fifo' }],
    ['a file twice', { name: 'configuration/ca.pem' }],
    ['a file as a folder', { name: 'configuration/ca.pem/evil' }],
    ['a control character', { name: 'configuration/\u001b[2J' }],
  ])('with %s writes nothing at all', async (_, header) => {
    await seal(await tarWith(header));
    const before = await contentOf(root);
    await expect(restoreFleet(target, file, passphrase)).rejects.toThrow(fault('bad-backup'));
    const after = await contentOf(root);
    for (const path of Object.keys(after))
      if (path.startsWith('/target')) Reflect.deleteProperty(after, path);
    expect(after).toEqual(before);
    expect(await target.list()).toEqual([]);
    expect(await readdir(join(root, 'target/.collab/fleets')).catch(() => [])).toEqual([]);
  });

  test('without the files of a fleet, or with a broken tar, restores nothing', async () => {
    await seal(Buffer.alloc(1024));
    await expect(restoreFleet(target, file, passphrase)).rejects.toThrow(fault('backup-damaged'));
    await seal((await tarWith({ name: 'configuration/more' })).subarray(0, 3000));
    await expect(restoreFleet(target, file, passphrase)).rejects.toThrow(fault('bad-backup'));
    expect(await target.list()).toEqual([]);
  });

  test('with a part of a newer version is not restored in pieces', async () => {
    await seal(await tarWith({ name: 'configuration/more' }), ['configuration', 'store']);
    await expect(restoreFleet(target, file, passphrase)).rejects.toThrow(fault('backup-newer'));
    await seal(await tarWith({ name: 'configuration/more' }));
    expect(await restoreFleet(target, file, passphrase)).toMatchObject({ parts: { configuration: 6 } });
  });
});
