import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { News } from '../../src/deployment/runtimes/news.js';
import { ExitCode, type CollabError } from '../../src/errors.js';
import { measureClockOffset, readFacts } from '../../src/network/index.js';
import { connectSsh, type SshOptions } from '../../src/network/ssh/client.js';
import type { SshShell } from '../../src/network/ssh/ssh-shell.js';
import { failure, startSshd, type Sshd } from './sshd.js';

let sshd: Sshd;
const open: SshShell[] = [];

beforeAll(async () => {
  sshd = await startSshd();
});
afterEach(() => open.splice(0).forEach((shell) => shell.close()));
afterAll(() => sshd.stop());

async function connected(changed?: Partial<SshOptions>): Promise<SshShell> {
  const shell = await connectSsh(sshd.options(changed));
  open.push(shell);
  return shell;
}

describe('a command', () => {
  it('returns its output, exit code and signal', async () => {
    const shell = await connected();
    const result = await shell.exec(['sh', '-c', 'echo out; echo err >&2; exit 7']);
    expect(result).toEqual({ code: 7, signal: null, stdout: 'out\n', stderr: 'err\n' });
    const killed = await shell.exec(['sh', '-c', 'kill -TERM $$']);
    expect(killed).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(await shell.exec(['no-such-program'])).toMatchObject({ code: 127 });
  });

  it('gets hostile arguments unchanged', async () => {
    const shell = await connected();
    const hostile = [
      "it's",
      '$(touch /tmp/pwned)',
      '`id`',
      '',
      ' ',
      'a\nb',
      '"',
      '\\',
      '*',
      '-n',
      '; exit 3',
      '!x',
      'ü',
    ];
    const { stdout } = await shell.exec(['printf', '%s\\0', ...hostile]);
    expect(stdout.split('\0').slice(0, -1)).toEqual(hostile);
  });

  it('that lasts takes no place of others; a fourth one is refused, until one has ended', async () => {
    const shell = await connected();
    const folder = mkdtempSync(join(tmpdir(), 'news-'));
    const { signal } = new AbortController();
    const news = ['a', 'b', 'c'].map((role) => {
      mkdirSync(join(folder, role));
      return new News(shell, join(folder, role));
    });
    await Promise.all(news.map((one) => one.wait(signal)));
    const [first, second] = news.map((one) => one.wait(signal));
    await expect(shell.exec(['true'], { lasting: true })).rejects.toMatchObject({ name: 'channel-refused' });
    const six = Array.from({ length: 6 }, () => shell.exec(['true']));
    expect((await Promise.all(six)).every(({ code }) => code === 0)).toBe(true);
    appendFileSync(join(folder, 'a/told'), '.');
    await first;
    news[1]?.close();
    await second;
    await expect
      .poll(() => shell.exec(['true'], { lasting: true }).catch(() => null), { interval: 20, timeout: 5000 })
      .toMatchObject({ code: 0 });
    shell.close();
    await news[2]?.wait(signal); // the connection is lost: it ends, and the loop that waits looks for itself
    rmSync(folder, { recursive: true });
  });

  it('reads 10 MB from its input, from a buffer and from a stream', async () => {
    const shell = await connected();
    const big = randomBytes(10_000_000);
    expect((await shell.exec(['wc', '-c'], { input: big })).stdout.trim()).toBe('10000000');
    const stream = Readable.from([big.subarray(0, 4_000_000), big.subarray(4_000_000)]);
    expect((await shell.exec(['wc', '-c'], { input: stream })).stdout.trim()).toBe('10000000');
    // A command that does not read its input ends anyway.
    expect(await shell.exec(['true'], { input: big })).toMatchObject({ code: 0 });
  });

  it('is stopped at its timeout, and when the user interrupts', async () => {
    const shell = await connected();
    const late = await failure(shell.exec(['sleep', '77.7'], { timeoutMs: 300 }));
    expect(late).toMatchObject({ name: 'command-timeout', exitCode: ExitCode.deviceUnreachable });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 200);
    const interrupted = await failure(shell.exec(['sleep', '77.7'], { signal: stop.signal }));
    expect(interrupted).toMatchObject({ name: 'interrupted', exitCode: ExitCode.interrupted });
    await expect.poll(async () => (await shell.exec(['pgrep', '-fx', 'sleep 77.7'])).stdout).toBe('');
  });

  it('runs 30 at once over one connection', async () => {
    const shell = await connected();
    const numbers = Array.from({ length: 30 }, (_, index) => String(index));
    const results = await Promise.all(numbers.map((number) => shell.exec(['echo', number])));
    expect(results.map((result) => result.stdout.trim())).toEqual(numbers);
  });
});

describe('files', () => {
  it('are written atomically with their mode, and read from an offset', async () => {
    const shell = await connected();
    const path = join(sshd.folder, 'files/deep/er/data.bin');
    const content = randomBytes(3_000_001);
    await shell.write(path, content);
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(sshd.folder, 'files/deep')).mode & 0o777).toBe(0o700);
    await shell.write(path, 'again', 0o755);
    expect(statSync(path).mode & 0o777).toBe(0o755);
    expect((await shell.read(path))?.toString()).toBe('again');
    await shell.write(path, content);
    expect((await shell.read(path))?.equals(content)).toBe(true);
    expect(
      (await shell.read(path, 1_234_567, 1_000_000))?.equals(content.subarray(1_234_567, 2_234_567)),
    ).toBe(true);
    expect(await shell.read(path, 9_000_000)).toHaveLength(0);
    expect(await shell.read(`${path}.missing`)).toBeNull();
    expect((await shell.read('/proc/version'))?.toString()).toContain('Linux');
  });

  it('are listed below a folder without links, and removed', async () => {
    const shell = await connected();
    const folder = join(sshd.folder, 'list');
    mkdirSync(join(folder, 'a b/c'), { recursive: true });
    writeFileSync(join(folder, 'a b/c/one.txt'), '12345');
    symlinkSync('/etc', join(folder, 'link'));
    await shell.makeFolder(join(folder, 'new/er'));
    const entries = await shell.list(folder);
    expect(entries.sort((a, b) => a.path.localeCompare(b.path))).toEqual([
      { path: 'a b', kind: 'directory', sizeBytes: 0 },
      { path: 'a b/c', kind: 'directory', sizeBytes: 0 },
      { path: 'a b/c/one.txt', kind: 'file', sizeBytes: 5 },
      { path: 'new', kind: 'directory', sizeBytes: 0 },
      { path: 'new/er', kind: 'directory', sizeBytes: 0 },
    ]);
    await shell.remove(folder);
    await shell.remove(folder);
    expect(existsSync(folder)).toBe(false);
    expect(existsSync('/etc/passwd')).toBe(true);
    expect(await shell.list(folder)).toEqual([]);
  });

  it('report what failed', async () => {
    const shell = await connected();
    const error = await failure(shell.write('/proc/nothing/here', 'x'));
    expect(error).toMatchObject({ name: 'device-file' });
    expect(error.what).toContain('/proc/nothing');
  });
});

describe('a Unix socket', () => {
  let echo: Server;
  const path = () => join(sshd.folder, 'echo.sock');
  beforeAll(
    () =>
      new Promise<void>((done) => void (echo = createServer((peer) => peer.pipe(peer)).listen(path(), done))),
  );
  afterAll(() => echo.close());

  it('is reachable, even by more streams than sshd allows sessions, alongside commands', async () => {
    const shell = await connected();
    const streams = await Promise.all(Array.from({ length: 12 }, () => shell.dialUnix(path())));
    const answers = streams.map(
      (stream, index) =>
        new Promise<string>((resolve) => {
          stream.once('data', (data: Buffer) => resolve(data.toString()));
          stream.write(`hello ${index}`);
        }),
    );
    expect(await Promise.all(answers)).toEqual(streams.map((_, index) => `hello ${index}`));
    const commands = await Promise.all(Array.from({ length: 8 }, () => shell.exec(['true'])));
    expect(commands.every(({ code }) => code === 0)).toBe(true);
    expect((await shell.read('/proc/version'))?.length).toBeGreaterThan(0);
    streams.forEach((stream) => stream.destroy());
  });

  it('that does not exist gives a clear error', async () => {
    const error = await failure((await connected()).dialUnix('/run/no-such.sock'));
    expect(error).toMatchObject({ name: 'socket-refused' });
    expect(error.what).toContain('/run/no-such.sock');
  });
});

describe('a lost link', () => {
  const sessionPid = async (shell: SshShell) => Number((await shell.exec(['sh', '-c', 'echo $PPID'])).stdout);

  it('fails all pending operations at once, with a clear error', async () => {
    const shell = await connected();
    await shell.read('/proc/version');
    const socketPath = join(sshd.folder, 'quiet.sock');
    const quiet = createServer(() => undefined).listen(socketPath);
    const stream = await shell.dialUnix(socketPath);
    const cut = new Promise<Error>((resolve) => stream.once('error', resolve));
    const told = new Promise<CollabError>((resolve) => shell.onClose(resolve));
    const pid = await sessionPid(shell);
    const waiting = Array.from({ length: 7 }, () => failure(shell.exec(['sleep', '30'])));
    setTimeout(() => process.kill(pid, 'SIGKILL'), 300);
    const errors = await Promise.all([...waiting, told, cut]);
    for (const error of errors) expect(error).toMatchObject({ name: 'connection-lost', exitCode: 4 });
    quiet.close();
    expect(errors[0].message).toContain('127.0.0.1');
    expect(await failure(shell.exec(['true']))).toMatchObject({ name: 'connection-lost' });
    expect(await failure(shell.read('/etc/passwd'))).toMatchObject({ name: 'connection-lost' });
    expect(await failure(shell.dialUnix('/x'))).toMatchObject({ name: 'connection-lost' });
  });

  it('is detected when the device goes silent', async () => {
    const shell = await connected();
    const pid = await sessionPid(shell);
    const waiting = failure(shell.exec(['sleep', '60']));
    process.kill(pid, 'SIGSTOP');
    const startedMs = Date.now();
    try {
      const error = await waiting;
      expect(error).toMatchObject({ name: 'connection-lost' });
      expect(error.why).toContain('has not answered');
      expect(Date.now() - startedMs).toBeLessThan(16_000);
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  });
});

it('reads the facts and the clock of a device over ssh', async () => {
  const shell = await connected();
  expect((await readFacts(shell)).kernel).not.toBe('');
  const offset = await measureClockOffset(shell);
  // On the same machine the true offset is zero, which must be within the reported error.
  expect(Math.abs(offset?.offset_ms ?? Infinity)).toBeLessThanOrEqual((offset?.error_ms ?? 0) + 1);
});
