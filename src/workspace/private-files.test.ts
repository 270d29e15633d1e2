import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tightenPrivate } from './private-files.js';
import { Workspace } from './workspace.js';

let workspace: Workspace;
const at = (path: string) => join(workspace.private, path);
const modeOf = (path: string) => (statSync(at(path)).mode & 0o777).toString(8);
const write = (path: string, mode: number) => {
  mkdirSync(join(at(path), '..'), { recursive: true, mode: 0o700 });
  writeFileSync(at(path), '');
  chmodSync(at(path), mode);
};

beforeEach(() => {
  workspace = new Workspace(mkdtempSync(join(tmpdir(), 'private-files-')));
});
afterEach(() => rmSync(workspace.root, { recursive: true }));

it('finds nothing without files, or if only the owner has permissions', () => {
  expect(tightenPrivate(workspace)).toEqual([]);
  write('lans/shelf.json', 0o600);
  expect(tightenPrivate(workspace)).toEqual([]);
});

it('removes the permissions of others from LANs, known hosts and keys, and reports them', () => {
  for (const path of ['lans/shelf.json', 'lans/shelf.known_hosts', 'id_ed25519', 'lab/lab/id_ed25519'])
    write(path, 0o644);
  write('gateway.json', 0o660);
  chmodSync(at(''), 0o755);
  const found = tightenPrivate(workspace);
  expect(found.map(({ path, mode }) => [path.slice(at('').length), mode]).sort()).toEqual(
    [
      ['', '0755'],
      ['gateway.json', '0660'],
      ['id_ed25519', '0644'],
      ['lab/lab/id_ed25519', '0644'],
      ['lans/shelf.json', '0644'],
      ['lans/shelf.known_hosts', '0644'],
    ].map(([path, mode]) => [path === '' ? '' : `/${path}`, mode]),
  );
  expect(found.every(({ fixed }) => fixed)).toBe(true);
  expect([modeOf(''), modeOf('lans/shelf.json'), modeOf('id_ed25519')]).toEqual(['700', '600', '600']);
  expect(tightenPrivate(workspace)).toEqual([]);
});

it('removes the permissions of others from everything below fleets', () => {
  for (const path of ['fleets/lab/ca-key.pem', 'fleets/lab/token', 'fleets/lab/members/0123/tls-key.pem'])
    write(path, 0o644);
  chmodSync(at('fleets/lab/members'), 0o755);
  const elsewhere = join(workspace.root, 'elsewhere');
  mkdirSync(elsewhere, { mode: 0o755 });
  symlinkSync(elsewhere, at('fleets/shelf'));
  expect(tightenPrivate(workspace)).toHaveLength(4);
  expect([modeOf('fleets/lab/ca-key.pem'), modeOf('fleets/lab/members')]).toEqual(['600', '700']);
  expect((statSync(elsewhere).mode & 0o777).toString(8)).toBe('755');
  expect(tightenPrivate(workspace)).toEqual([]);
});

it('does not change caches, public keys and the targets of links', () => {
  for (const path of ['data-hashes.json', 'id_ed25519.pub', 'layers/base.tar']) write(path, 0o644);
  mkdirSync(at('lans'), { mode: 0o700 });
  const elsewhere = join(workspace.root, 'elsewhere.json');
  writeFileSync(elsewhere, '', { mode: 0o644 });
  symlinkSync(elsewhere, at('lans/desk.json'));
  expect(tightenPrivate(workspace)).toEqual([]);
  expect([modeOf('data-hashes.json'), modeOf('id_ed25519.pub')]).toEqual(['644', '644']);
});

it('gives a .collab of an older collab its ignore file', () => {
  write('lans/shelf.json', 0o600);
  tightenPrivate(workspace);
  expect(readFileSync(at('.gitignore'), 'utf8')).toBe('*\n');
});
