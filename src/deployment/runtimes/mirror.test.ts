import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, type MockInstance, test, vi } from 'vitest';
import type { OpenFile, Shell } from '../../network/index.js';
import { ExitCode } from '../../errors.js';
import { FakeShell } from '../../network/shell/fake-shell.js';
import { Mirror } from './mirror.js';

const remote = '/home/pi/.collab/runs/r1/1/client-0';
let shell: FakeShell;
let local: string;
let mirror: Mirror;
let opened: MockInstance<Shell['open']>;

beforeEach(async () => {
  shell = new FakeShell();
  opened = vi.spyOn(shell, 'open');
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
  expect(read.mock.calls).toEqual([[`${remote}/stdout.log`, 4, 4]]);
  expect(opened).toHaveBeenCalledTimes(1); // it is open since the first time
});

test('one file is followed alone, from before it exists', async () => {
  const list = vi.spyOn(shell, 'list');
  await mirror.followFile('state.jsonl');
  await put('state.jsonl', '{"state":"started"}\n');
  await mirror.followFile('state.jsonl');
  await put('state.jsonl', '{"state":"started"}\n{"state":"ready"}\n');
  await mirror.followFile('state.jsonl');
  expect(await got('state.jsonl')).toBe('{"state":"started"}\n{"state":"ready"}\n');
  expect(list).not.toHaveBeenCalled();
});

test('a line of JSON is copied when it is whole: a device may take a part of it back', async () => {
  await put('samples.jsonl', '{"a":1}\n{"a":');
  await mirror.follow();
  expect(await got('samples.jsonl')).toBe('{"a":1}\n');
  await put('samples.jsonl', '{"a":1}\n');
  await mirror.follow();
  await put('samples.jsonl', '{"a":1}\n{"b":2}\n');
  await mirror.collect();
  expect(await got('samples.jsonl')).toBe('{"a":1}\n{"b":2}\n');
});

test('a last line that was cut is collected as it is', async () => {
  await put('samples.jsonl', '{"a":1}\n{"a":');
  await mirror.follow();
  await mirror.collect();
  expect(await got('samples.jsonl')).toBe('{"a":1}\n{"a":');
});

test('two concurrent followers do not write a chunk twice', async () => {
  await put('stdout.log', 'one\n');
  await Promise.all([mirror.follow(), mirror.collect(), mirror.follow()]);
  expect(await got('stdout.log')).toBe('one\n');
});

test('a copy that stopped half-way is not appended to, but written over', async () => {
  await put('stdout.log', 'one\n');
  await mirror.follow();
  await put('stdout.log', 'one\ntwo\n');
  await appendFile(join(local, 'stdout.log'), 'tw'); // what a full disk left of the second copy
  await mirror.follow();
  await mirror.collect();
  expect(await got('stdout.log')).toBe('one\ntwo\n');
});

/** What an ssh server does that ends its session of files: handles of before are of no use. */
async function endFileSession(): Promise<void> {
  for (const { value } of opened.mock.results) {
    const file = await (value as Promise<OpenFile>);
    vi.spyOn(file, 'read').mockRejectedValue(new Error('its file session has ended'));
  }
}

test('a file whose session has ended is opened again, and nothing is lost or doubled', async () => {
  await put('stdout.log', 'one\n');
  await mirror.follow();
  await endFileSession();
  await put('stdout.log', 'one\ntwo\n');
  await mirror.follow();
  await put('stdout.log', 'one\ntwo\nthree\n');
  await mirror.follow();
  expect(await got('stdout.log')).toBe('one\ntwo\nthree\n');
  expect(opened).toHaveBeenCalledTimes(2);
});

test('a file that cannot be read when it was just opened is an error', async () => {
  await put('stdout.log', 'one\n');
  await mirror.follow();
  await endFileSession();
  opened.mockRejectedValue(new Error('connection lost'));
  await put('stdout.log', 'one\ntwo\n');
  await expect(mirror.follow()).rejects.toThrow('connection lost');
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
  await mirror.collect();
  expect((await readFile(join(local, 'outputs/model.bin'))).equals(content)).toBe(true);
});

test('follows only the logs while the role runs, and copies everything at the end', async () => {
  await put('outputs/plot.png', 'png');
  await put('ready', '');
  await put('stderr.log', '');
  await mirror.follow();
  expect(await readdir(local)).toEqual(['stderr.log']);
  await mirror.collect();
  expect((await readdir(local)).sort()).toEqual(['outputs', 'ready', 'stderr.log']);
  expect(await got('outputs/plot.png')).toBe('png');
});

test('copies exit.json once, completely', async () => {
  await put('exit.json', '{"code":0}');
  const read = vi.spyOn(shell, 'read');
  await mirror.follow();
  await mirror.collect();
  expect(read).toHaveBeenCalledTimes(1);
  expect(await got('exit.json')).toBe('{"code":0}');
  expect(await readdir(local)).toEqual(['exit.json']);
});

test.each(['../escape.log', 'outputs/../../../escape.log', '/etc/escape.log', 'a\0b.log'])(
  'does not follow or collect a file that a device names %j',
  async (path) => {
    vi.spyOn(shell, 'list').mockResolvedValue([{ path, kind: 'file', sizeBytes: 4 }]);
    vi.spyOn(shell, 'read').mockResolvedValue(Buffer.from('evil'));
    await mirror.follow();
    await expect(mirror.collect()).rejects.toThrow(`Not here whole: ${JSON.stringify(path)}`);
    expect(await readdir(local)).toEqual([]);
    expect(existsSync(join(local, path.replace('\0', '')))).toBe(false);
  },
);

test('skips a file that disappeared', async () => {
  vi.spyOn(shell, 'list').mockResolvedValueOnce([
    { path: 'gone.log', kind: 'file', sizeBytes: 4 },
    { path: 'gone.json', kind: 'file', sizeBytes: 4 },
  ]);
  await mirror.follow();
  await mirror.collect();
  expect(await readdir(local)).toEqual([]);
});

test.each([
  ['cannot be read', () => Promise.resolve(null), 'it could not be read'],
  ['arrives cut', () => Promise.resolve(Buffer.from('we')), 'here it has 2 bytes'],
  ['arrives too long', () => Promise.resolve(Buffer.from('weights and more')), 'here it has 16 bytes'],
])('a collected file that %s is an error that names it', async (_, read, reason) => {
  await put('outputs/model.bin', 'weights');
  vi.spyOn(shell, 'read').mockImplementation(read);
  await expect(mirror.collect()).rejects.toThrow(`Not here whole: "outputs/model.bin" (7 bytes; ${reason}).`);
});

test('a name that is not UTF-8 cannot be asked for: a fault of the role, not of the device', async () => {
  await put('outputs/a.txt', 'whole');
  const list = shell.list.bind(shell);
  vi.spyOn(shell, 'list').mockImplementation(async (...asked) => [
    ...(await list(...asked)),
    { path: 'outputs/caf\ufffd.txt', kind: 'file', sizeBytes: 3 },
  ]);
  await expect(mirror.collect()).rejects.toMatchObject({
    name: 'not-whole',
    exitCode: ExitCode.experimentFailed,
    message: 'Not here whole: "outputs/caf\ufffd.txt" (3 bytes; its name is not UTF-8).',
  });
  expect(await got('outputs/a.txt')).toBe('whole');
});

test('names that are one name on the disk of this machine are a fault of the role, too', async () => {
  await put('outputs/A.txt', 'first');
  await put('outputs/a.txt', 'second, longer');
  await mkdir(join(local, 'outputs'), { recursive: true });
  await symlink('a.txt', join(local, 'outputs/A.txt')); // as a disk that does not tell them apart
  await expect(mirror.collect()).rejects.toMatchObject({
    exitCode: ExitCode.experimentFailed,
    message: expect.stringContaining('another name differs from it only in case') as string,
  });
});

test('a file that grew, or was written anew, while it was collected is copied again', async () => {
  await put('outputs/model.bin', 'old weights');
  const read = shell.read.bind(shell);
  vi.spyOn(shell, 'read').mockImplementationOnce(async (...asked) => {
    const content = await read(...asked);
    await put('outputs/model.bin', 'new');
    return content;
  });
  await mirror.collect();
  expect(await got('outputs/model.bin')).toBe('new');
});

test('a copy that somebody removed here is collected again', async () => {
  await put('stdout.log', 'one\n');
  await mirror.follow();
  await rm(join(local, 'stdout.log'));
  await mirror.collect();
  expect(await got('stdout.log')).toBe('one\n');
});

test('a file that was here before is not taken for a copy', async () => {
  await put('outputs/model.bin', 'weights');
  await mkdir(join(local, 'outputs'), { recursive: true });
  await writeFile(join(local, 'outputs/model.bin'), 'strange');
  await mirror.collect();
  expect(await got('outputs/model.bin')).toBe('weights');
});
