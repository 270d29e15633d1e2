import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ExitCode, type CollabError } from '../../src/errors.js';
import { measureClockOffset } from '../../src/network/clock-offset.js';
import { readFacts } from '../../src/network/facts/read-facts.js';
import { connectSsh, type SshOptions } from '../../src/network/ssh/client.js';
import { makeKeyPair } from '../../src/network/ssh/key-pair.js';
import { KnownHosts } from '../../src/network/ssh/known-hosts.js';
import type { SshShell } from '../../src/network/ssh/ssh-shell.js';
import { freePort, startSshd, type Sshd } from './sshd.js';

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

async function failure(attempt: Promise<unknown>): Promise<CollabError> {
  return attempt.then(
    () => expect.fail('it succeeded'),
    (error: unknown) => error as CollabError,
  );
}

describe('a command', () => {
  it('gives its output, its code and its signal', async () => {
    const shell = await connected();
    const result = await shell.exec(['sh', '-c', 'echo out; echo err >&2; exit 7']);
    expect(result).toEqual({ code: 7, signal: null, stdout: 'out\n', stderr: 'err\n' });
    const killed = await shell.exec(['sh', '-c', 'kill -TERM $$']);
    expect(killed).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(await shell.exec(['no-such-program'])).toMatchObject({ code: 127 });
  });

  it('gets hostile arguments as they are', async () => {
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

  it('reads 10 MB from its input, from a buffer and from a stream', async () => {
    const shell = await connected();
    const big = randomBytes(10_000_000);
    expect((await shell.exec(['wc', '-c'], { input: big })).stdout.trim()).toBe('10000000');
    const stream = Readable.from([big.subarray(0, 4_000_000), big.subarray(4_000_000)]);
    expect((await shell.exec(['wc', '-c'], { input: stream })).stdout.trim()).toBe('10000000');
    // One that does not read its input ends all the same.
    expect(await shell.exec(['true'], { input: big })).toMatchObject({ code: 0 });
  });

  it('is stopped when its time is over, and when the user interrupts', async () => {
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
  it('are written whole with their mode, and read from an offset', async () => {
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

  it('are listed below a folder, links left out, and removed', async () => {
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

  it('say what cannot be done', async () => {
    const shell = await connected();
    const error = await failure(shell.write('/proc/nothing/here', 'x'));
    expect(error).toMatchObject({ name: 'device-file' });
    expect(error.what).toContain('/proc/nothing/here');
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

  it('is reached, also by more streams than sshd allows sessions, beside commands', async () => {
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

  it('that is not there gives a clear error', async () => {
    const error = await failure((await connected()).dialUnix('/run/no-such.sock'));
    expect(error).toMatchObject({ name: 'socket-refused' });
    expect(error.what).toContain('/run/no-such.sock');
  });
});

describe('host keys', () => {
  it('are recorded at first use, and then known', async () => {
    const options = sshd.options();
    const shell = await connectSsh(options);
    shell.close();
    const text = readFileSync(options.knownHosts.path, 'utf8');
    expect(text).toBe(`[127.0.0.1]:${sshd.port} ${sshd.hostKeys.ed25519}\n`);
    expect(statSync(options.knownHosts.path).mode & 0o777).toBe(0o600);
    const printed = execFileSync('ssh-keygen', ['-lf', join(sshd.folder, 'host_ed25519.pub')]).toString();
    expect(printed).toContain(shell.hostKey.fingerprint);
    open.push(await connectSsh({ ...options, trust: 'known-only' }));
    expect(readFileSync(options.knownHosts.path, 'utf8')).toBe(text);
  });

  it('that are unknown are refused, with the next step', async () => {
    const error = await failure(connected({ trust: 'known-only' }));
    expect(error).toMatchObject({ name: 'host-key-unknown', exitCode: ExitCode.deviceUnreachable });
    expect(error.next).toContain('collab setup');
  });

  it('that have changed are a hard stop: file, line, both fingerprints and the fix that works', async () => {
    const other = await makeKeyPair(join(sshd.folder, 'other'), '');
    const knownHosts = new KnownHosts(join(sshd.folder, 'known_hosts_changed'));
    writeFileSync(knownHosts.path, `# mine\n[127.0.0.1]:${sshd.port} ${other}\n`);
    const error = await failure(connected({ knownHosts }));
    expect(error).toMatchObject({ name: 'host-key-changed', exitCode: ExitCode.deviceUnreachable });
    const fingerprint = (file: string) =>
      execFileSync('ssh-keygen', ['-lf', join(sshd.folder, file)])
        .toString()
        .split(' ')[1];
    expect(error.why).toContain(
      `${knownHosts.path}, line 2, knows ssh-ed25519 ${fingerprint('other.pub') ?? '?'}`,
    );
    expect(error.why).toContain(`now shows ssh-ed25519 ${fingerprint('host_ed25519.pub') ?? '?'}`);
    const fix = /ssh-keygen -R .*? -f \S+/.exec(error.next)?.[0] ?? 'false';
    execFileSync('sh', ['-c', fix], { stdio: 'ignore' });
    await connected({ knownHosts });
  });

  it('of another device are refused before the login', async () => {
    const options = sshd.options({ deviceId: `SHA256:${'A'.repeat(43)}` });
    expect(await failure(connectSsh(options))).toMatchObject({ name: 'other-device' });
    expect(existsSync(options.knownHosts.path)).toBe(false);
  });

  it('of several types do not look changed: the one that is known is asked for', async () => {
    for (const [type, name] of [
      ['rsa', 'ssh-rsa'],
      ['ecdsa', 'ecdsa-sha2-nistp256'],
    ] as const) {
      const knownHosts = new KnownHosts(join(sshd.folder, `known_hosts_${type}`));
      writeFileSync(knownHosts.path, `[127.0.0.1]:${sshd.port} ${sshd.hostKeys[type]}\n`);
      execFileSync('ssh-keygen', ['-q', '-H', '-f', knownHosts.path], { stdio: 'ignore' });
      expect((await connected({ knownHosts, trust: 'known-only' })).hostKey.type).toBe(name);
    }
  });

  it('that are revoked are refused', async () => {
    const knownHosts = new KnownHosts(join(sshd.folder, 'known_hosts_revoked'));
    writeFileSync(knownHosts.path, `@revoked * ${sshd.hostKeys.ed25519}\n`);
    expect(await failure(connected({ knownHosts }))).toMatchObject({ name: 'host-key-revoked' });
  });
});

describe('a login', () => {
  it('with a key of ours works for ssh of OpenSSH as well', () => {
    const options = [
      'UserKnownHostsFile=/dev/null',
      'StrictHostKeyChecking=no',
      'IdentitiesOnly=yes',
      'BatchMode=yes',
    ];
    const { user, port, keyPath } = sshd.options();
    const args = [
      '-F',
      '/dev/null',
      '-i',
      keyPath ?? '',
      '-p',
      String(port),
      ...options.flatMap((o) => ['-o', o]),
    ];
    const printed = execFileSync('ssh', [...args, `${user}@127.0.0.1`, 'echo in'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(printed.toString()).toBe('in\n');
  });

  it('with a wrong key is refused: user, key and the way to install it are named', async () => {
    const keyPath = join(sshd.folder, 'stranger');
    await makeKeyPair(keyPath, '');
    const options = sshd.options({ keyPath });
    const error = await failure(connectSsh(options));
    expect(error).toMatchObject({ name: 'key-refused', exitCode: ExitCode.deviceUnreachable });
    expect(error.what).toContain(options.user);
    expect(error.why).toContain(keyPath);
    expect(error.next).toContain(`ssh-copy-id -i ${keyPath}.pub -p ${sshd.port} ${options.user}@127.0.0.1`);
    expect(existsSync(options.knownHosts.path)).toBe(false);
  });

  it('with a key behind a passphrase goes through the agent, or says how to load it', async () => {
    const keyPath = join(sshd.folder, 'locked');
    writeFileSync(keyPath, readFileSync(join(sshd.folder, 'login')), { mode: 0o600 });
    execFileSync('ssh-keygen', ['-q', '-p', '-N', 'secret', '-f', keyPath]);
    const error = await failure(connected({ keyPath, agentSocket: '' }));
    expect(error).toMatchObject({ name: 'key-unusable', exitCode: ExitCode.usage });
    expect(error.next).toContain(`ssh-add ${keyPath}`);
    const agentSocket = join(sshd.folder, 'agent');
    const started = execFileSync('ssh-agent', ['-s', '-a', agentSocket]).toString();
    const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(started)?.[1]);
    try {
      execFileSync('ssh-add', ['-q', join(sshd.folder, 'login')], {
        env: { ...process.env, SSH_AUTH_SOCK: agentSocket },
        stdio: 'ignore',
      });
      const shell = await connected({ keyPath, agentSocket });
      expect((await shell.exec(['echo', 'in'])).stdout).toBe('in\n');
    } finally {
      process.kill(pid);
    }
  });

  it('from 30 at once succeeds for all', async () => {
    const shells = await Promise.all(Array.from({ length: 30 }, () => connected()));
    expect(shells).toHaveLength(30);
  });
});

describe('a device that cannot be reached', () => {
  it('on a dead port, under an unknown name, silent, or speaking no ssh: each is told apart', async () => {
    const refused = await failure(connected({ port: await freePort() }));
    expect(refused).toMatchObject({ name: 'device-unreachable', exitCode: ExitCode.deviceUnreachable });
    expect(refused.what).toMatch(/refuses connections to port \d+/);

    const unknown = await failure(connected({ host: 'no-such-device.invalid' }));
    expect(unknown.what).toBe('The name no-such-device.invalid is not known.');

    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((done) => silent.once('listening', done));
    const port = (silent.address() as { port: number }).port;
    const slow = await failure(connected({ port, connectTimeoutMs: 300 }));
    expect(slow.what).toBe(`127.0.0.1 does not answer on port ${port}.`);
    silent.close();

    const cutting = createServer((socket) => socket.resetAndDestroy()).listen(0, '127.0.0.1');
    await new Promise((done) => cutting.once('listening', done));
    const cut = await failure(connected({ port: (cutting.address() as { port: number }).port }));
    expect(cut).toMatchObject({ name: 'device-unreachable' });
    expect(cut.what).toContain('closed the connection');
    cutting.close();
  });

  it('is asked once more when it hangs up before the login', async () => {
    let calls = 0;
    const shy = createServer((socket) => {
      calls += 1;
      if (calls === 1) socket.resetAndDestroy();
      else
        void import('node:net').then(({ connect }) =>
          socket.pipe(connect(sshd.port, '127.0.0.1')).pipe(socket),
        );
    }).listen(0, '127.0.0.1');
    await new Promise((done) => shy.once('listening', done));
    const shell = await connected({ port: (shy.address() as { port: number }).port });
    expect((await shell.exec(['echo', 'in'])).stdout).toBe('in\n');
    expect(calls).toBe(2);
    shy.close();
  });

  it('lets the user interrupt', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((done) => silent.once('listening', done));
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 200);
    const port = (silent.address() as { port: number }).port;
    expect(await failure(connected({ port, signal: stop.signal }))).toMatchObject({ name: 'interrupted' });
    silent.close();
  });
});

describe('a lost link', () => {
  const sessionPid = async (shell: SshShell) => Number((await shell.exec(['sh', '-c', 'echo $PPID'])).stdout);

  it('fails all that is under way, at once and clearly', async () => {
    const shell = await connected();
    await shell.read('/proc/version');
    const stream = await shell.dialUnix(join(sshd.folder, 'echo2.sock')).catch(() => null);
    expect(stream).toBeNull();
    const told = new Promise<CollabError>((resolve) => shell.onClose(resolve));
    const pid = await sessionPid(shell);
    const waiting = Array.from({ length: 7 }, () => failure(shell.exec(['sleep', '30'])));
    setTimeout(() => process.kill(pid, 'SIGKILL'), 300);
    const errors = await Promise.all([...waiting, told]);
    for (const error of errors) expect(error).toMatchObject({ name: 'connection-lost', exitCode: 4 });
    expect(errors[0]?.what).toContain('127.0.0.1');
    expect(await failure(shell.exec(['true']))).toMatchObject({ name: 'connection-lost' });
    expect(await failure(shell.read('/etc/passwd'))).toMatchObject({ name: 'connection-lost' });
    expect(await failure(shell.dialUnix('/x'))).toMatchObject({ name: 'connection-lost' });
  });

  it('is noticed when the device falls silent', async () => {
    const shell = await connected();
    const pid = await sessionPid(shell);
    const waiting = failure(shell.exec(['sleep', '60']));
    process.kill(pid, 'SIGSTOP');
    const startedMs = Date.now();
    try {
      const error = await waiting;
      expect(error).toMatchObject({ name: 'connection-lost' });
      expect(error.why).toContain('has not answered');
      expect(Date.now() - startedMs).toBeLessThan(25_000);
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  });
});

it('the facts and the clock of a device are read over ssh', async () => {
  const shell = await connected();
  expect((await readFacts(shell)).kernel).not.toBe('');
  const offset = await measureClockOffset(shell);
  // The same machine: its true offset is zero, which must lie within the error that is claimed.
  expect(Math.abs(offset?.offset_ms ?? Infinity)).toBeLessThanOrEqual((offset?.error_ms ?? 0) + 1);
  chmodSync(sshd.folder, 0o700);
});
