import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { FakeShell } from '../../network/shell/fake-shell.js';
import { Mirror } from './mirror.js';

const remote = '/home/pi/.collab/runs/r1/1/client-0';
let shell: FakeShell;
let local: string;
let mirror: Mirror;

beforeEach(async () => {
  shell = new FakeShell();
  local = join(await mkdtemp(join(tmpdir(), 'mirror-')), 'client-0');
  mirror = new Mirror(shell, remote, local);
});

const put = (name: string, content: string | Buffer) => shell.write(`${remote}/${name}`, content);
const got = (name: string) => readFile(join(local, name), 'utf8');

test('a log grows here as it grows on the device, and nothing is copied twice', async () => {
  await put('stdout.log', 'one\n');
  await mirror.follow();
  await put('stdout.log', 'one\ntwo\n');
  const read = vi.spyOn(shell, 'read');
  await mirror.follow();
  await mirror.follow();
  expect(await got('stdout.log')).toBe('one\ntwo\n');
  expect(read.mock.calls).toEqual([[`${remote}/stdout.log`, 4, expect.any(Number)]]);
});

test('two concurrent followers do not write a chunk twice', async () => {
  await put('stdout.log', 'one\n');
  await Promise.all([mirror.follow(), mirror.follow(true), mirror.follow()]);
  expect(await got('stdout.log')).toBe('one\n');
});

test('resumes where it was interrupted', async () => {
  await put('samples.jsonl', '{"a":1}\n');
  await mirror.follow();
  const list = vi.spyOn(shell, 'list').mockRejectedValueOnce(new Error('connection lost'));
  await put('samples.jsonl', '{"a":1}\n{"a":2}\n');
  await expect(mirror.follow()).rejects.toThrow('connection lost');
  list.mockRestore();
  await mirror.follow();
  expect(await got('samples.jsonl')).toBe('{"a":1}\n{"a":2}\n');
});

test('a file of many chunks arrives complete', async () => {
  const content = Buffer.alloc(3_500_000);
  content.forEach((_, index) => (content[index] = index % 251));
  await put('outputs/model.bin', content);
  await mirror.follow(true);
  expect((await readFile(join(local, 'outputs/model.bin'))).equals(content)).toBe(true);
});

test('follows only the logs while the role runs, and copies everything at the end', async () => {
  await put('outputs/plot.png', 'png');
  await put('ready', '');
  await put('stderr.log', '');
  await mirror.follow();
  expect(await readdir(local)).toEqual(['stderr.log']);
  await mirror.follow(true);
  expect((await readdir(local)).sort()).toEqual(['outputs', 'ready', 'stderr.log']);
  expect(await got('outputs/plot.png')).toBe('png');
});

test('copies exit.json once, completely', async () => {
  await put('exit.json', '{"code":0}');
  const read = vi.spyOn(shell, 'read');
  await mirror.follow();
  await mirror.follow(true);
  expect(read).toHaveBeenCalledTimes(1);
  expect(await got('exit.json')).toBe('{"code":0}');
  expect(await readdir(local)).toEqual(['exit.json']);
});

test.each(['../escape.log', 'outputs/../../../escape.log', '/etc/escape.log', 'a\0b.log'])(
  'does not follow a file that a device names %j',
  async (path) => {
    vi.spyOn(shell, 'list').mockResolvedValue([{ path, kind: 'file', sizeBytes: 4 }]);
    vi.spyOn(shell, 'read').mockResolvedValue(Buffer.from('evil'));
    await mirror.follow(true);
    expect(await readdir(local)).toEqual([]);
    expect(existsSync(join(local, path.replace('\0', '')))).toBe(false);
  },
);

test('skips a file that disappeared', async () => {
  vi.spyOn(shell, 'list').mockResolvedValue([
    { path: 'gone.log', kind: 'file', sizeBytes: 4 },
    { path: 'gone.json', kind: 'file', sizeBytes: 4 },
  ]);
  await mirror.follow();
  expect(await readdir(local)).toEqual([]);
});
