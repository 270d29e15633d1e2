import { mkdtempSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalShell } from './local-shell.js';

const shell = new LocalShell();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-shell-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a command on this machine', () => {
  it('gives its output, its code and its signal', async () => {
    const result = await shell.exec(['sh', '-c', 'cat; echo err >&2; exit 3'], {
      input: Readable.from(['a', 'b']),
    });
    expect(result).toEqual({ code: 3, signal: null, stdout: 'ab', stderr: 'err\n' });
    expect(await shell.exec(['sh', '-c', 'kill -9 $$'])).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(await shell.exec(['no-such-program'])).toMatchObject({ code: 127 });
    expect(await shell.exec(['true'], { input: Buffer.alloc(1_000_000) })).toMatchObject({ code: 0 });
  });

  it('is stopped with its children after its timeout', async () => {
    const attempt = shell.exec(['sh', '-c', 'sleep 88.8; true'], { timeoutMs: 200 });
    await expect(attempt).rejects.toMatchObject({ name: 'command-timeout' });
    await expect.poll(async () => (await shell.exec(['pgrep', '-fx', 'sleep 88.8'])).stdout).toBe('');
  });

  it('that prints without end is stopped', async () => {
    await expect(shell.exec(['cat', '/dev/zero'])).rejects.toMatchObject({ name: 'output-too-large' });
  });
});

it('files are written, read from an offset, listed and removed', async () => {
  const path = join(folder, 'a/b/file');
  await shell.write(path, '0123456789');
  symlinkSync('/etc', join(folder, 'link'));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect((await shell.read(path, 3, 4))?.toString()).toBe('3456');
  expect(await shell.read(join(folder, 'none'))).toBeNull();
  expect(await shell.list(folder)).toEqual([
    { path: 'a', kind: 'directory', sizeBytes: 0 },
    { path: 'a/b', kind: 'directory', sizeBytes: 0 },
    { path: 'a/b/file', kind: 'file', sizeBytes: 10 },
  ]);
  await shell.remove(join(folder, 'a'));
  await shell.remove(join(folder, 'a'));
  expect(await shell.list(join(folder, 'a'))).toEqual([]);
  await expect(shell.read(folder)).rejects.toMatchObject({ name: 'device-file' });
});

it('a Unix socket is reached, or clearly is not', async () => {
  const path = join(folder, 'socket');
  const server = createServer((peer) => peer.end('hello')).listen(path);
  const stream = await shell.dialUnix(path);
  expect(String(await new Promise((resolve) => stream.once('data', resolve)))).toBe('hello');
  server.close();
  await expect(shell.dialUnix(join(folder, 'none'))).rejects.toMatchObject({ name: 'socket-refused' });
});

it('lists a folder whose files come and go meanwhile', async () => {
  await shell.write(join(folder, 'stays'), 'x');
  const inFolder = shell.exec([
    'sh',
    '-c',
    'cd "$1"; for i in $(seq 60); do mkdir -p a; : >a/x; mv a/x a/y; rm -r a; done',
    'sh',
    folder,
  ]);
  const churn = { ended: false };
  void inFolder.then(() => (churn.ended = true));
  do {
    expect((await shell.list(folder)).some(({ path }) => path === 'stays')).toBe(true);
  } while (!churn.ended);
});

it('copies a file of more than 2 GiB, with its holes', async () => {
  const from = join(folder, 'large');
  writeFileSync(from, '');
  truncateSync(from, 2 ** 31 + 1);
  await shell.put(from, join(folder, 'deep/copy'), 0o640);
  const { size, blocks, mode } = statSync(join(folder, 'deep/copy'));
  expect([size, mode & 0o777]).toEqual([2 ** 31 + 1, 0o640]);
  expect(blocks * 512).toBeLessThan(1e6);
});

it('lists a file whose name is not UTF-8, with its size', async () => {
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9])]), 'four');
  expect(await shell.list(folder)).toEqual([{ path: 'caf\ufffd', kind: 'file', sizeBytes: 4 }]);
});
