import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ExitCode } from '../../src/errors.js';
import { connectSsh, showHostKey, type SshOptions } from '../../src/network/ssh/client.js';
import { KnownHosts, makeKeyPair } from '../../src/network/index.js';
import type { SshShell } from '../../src/network/ssh/ssh-shell.js';
import { failure, freePort, startSshd, type Sshd } from './sshd.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
let sshd: Sshd;
const open: SshShell[] = [];

beforeAll(async () => {
  sshd = await startSshd(['LogLevel DEBUG1']);
});
afterEach(() => open.splice(0).forEach((shell) => shell.close()));
afterAll(() => sshd.stop());

async function connected(changed?: Partial<SshOptions>): Promise<SshShell> {
  const shell = await connectSsh(sshd.options(changed));
  open.push(shell);
  return shell;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

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

  it('are read without a login, with the known type', async () => {
    const place = { host: '127.0.0.1', port: sshd.port };
    const before = sshd.log().length;
    expect((await showHostKey(place, ['ssh-rsa'])).line).toBe(sshd.hostKeys.rsa);
    expect((await showHostKey(place, [])).line).toBe(sshd.hostKeys.ed25519);
    expect(sshd.log().slice(before)).not.toMatch(/Accepted|Failed|userauth|authenticating/i);
    const closed = await failure(showHostKey({ ...place, port: await freePort() }, []));
    expect(closed).toMatchObject({ name: 'device-unreachable', exitCode: ExitCode.deviceUnreachable });
  });

  it('that are unknown are rejected, with the next step', async () => {
    const error = await failure(connected({ trust: 'known-only' }));
    expect(error).toMatchObject({ name: 'host-key-unknown', exitCode: ExitCode.deviceUnreachable });
    expect(error.next).toContain('collab setup');
  });

  it('that have changed are a hard stop: file, line, both fingerprints and a working fix', async () => {
    const other = await makeKeyPair(join(sshd.folder, 'other'), '');
    const knownHosts = new KnownHosts(join(sshd.folder, 'known_hosts_changed'));
    writeFileSync(knownHosts.path, `# mine\n[127.0.0.1]:${sshd.port} ${other}\n`);
    const error = await failure(connected({ knownHosts }));
    expect(error).toMatchObject({ name: 'host-key-changed', exitCode: ExitCode.deviceUnreachable });
    const fingerprint = (file: string) =>
      execFileSync('ssh-keygen', ['-lf', join(sshd.folder, file)])
        .toString()
        .split(' ')[1];
    expect(error.why).toContain(`${knownHosts.path}, line 2: ssh-ed25519 ${fingerprint('other.pub') ?? '?'}`);
    expect(error.why).toContain(`now presents ssh-ed25519 ${fingerprint('host_ed25519.pub') ?? '?'}`);
    const fix = /ssh-keygen -R .*? -f \S+/.exec(error.next)?.[0] ?? 'false';
    execFileSync('sh', ['-c', fix], { stdio: 'ignore' });
    await connected({ knownHosts });
  });

  it('of another device are rejected before the login', async () => {
    const options = sshd.options({ deviceId: `SHA256:${'A'.repeat(43)}` });
    expect(await failure(connectSsh(options))).toMatchObject({ name: 'other-device' });
    expect(existsSync(options.knownHosts.path)).toBe(false);
  });

  it('of several types do not look changed, because the known type is requested', async () => {
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

  it('that are revoked are rejected', async () => {
    const knownHosts = new KnownHosts(join(sshd.folder, 'known_hosts_revoked'));
    writeFileSync(knownHosts.path, `@revoked * ${sshd.hostKeys.ed25519}\n`);
    expect(await failure(connected({ knownHosts }))).toMatchObject({ name: 'host-key-revoked' });
  });
});

describe('a login', () => {
  it('with a workspace key works with OpenSSH, too', () => {
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

  it('with a wrong key is rejected, naming user, key and how to install it', async () => {
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

  it('as an unknown user is rejected like a wrong key, naming the user', async () => {
    const error = await failure(connected({ user: 'no-such-user' }));
    expect(error).toMatchObject({ name: 'key-refused', exitCode: ExitCode.deviceUnreachable });
    expect(error.what).toBe('127.0.0.1 refuses to let no-such-user log in with a key.');
  });

  it('with a passphrase-protected key uses the agent, or says how to load the key', async () => {
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

  it('negotiates P-256, which costs a device the least CPU', async () => {
    const before = sshd.log().length;
    await connected();
    expect(sshd.log().slice(before)).toContain('kex: algorithm: ecdh-sha2-nistp256');
  });

  it('succeeds for 30 at once', async () => {
    const shells = await Promise.all(Array.from({ length: 30 }, () => connected()));
    expect(shells).toHaveLength(30);
  });
});

describe('a device that cannot be reached', () => {
  it('on a closed port, with an unknown name, silent, or hanging up: each is distinguished', async () => {
    const refused = await failure(connected({ port: await freePort() }));
    expect(refused).toMatchObject({ name: 'device-unreachable', exitCode: ExitCode.deviceUnreachable });
    expect(refused.what).toMatch(/refuses connections to port \d+/);

    const unknown = await failure(connected({ host: 'no-such-device.invalid' }));
    expect(unknown.what).toBe('The host name no-such-device.invalid cannot be resolved.');

    const silent = createServer(() => undefined);
    const port = await listen(silent);
    const slow = await failure(connected({ port, connectTimeoutMs: 300 }));
    expect(slow.what).toBe(`127.0.0.1 does not answer on port ${port}.`);
    silent.close();

    const cutting = createServer((socket) => socket.resetAndDestroy());
    const cut = await failure(connected({ port: await listen(cutting) }));
    expect(cut).toMatchObject({ name: 'device-unreachable' });
    expect(cut.what).toContain('closed the connection');
    cutting.close();
  });

  it('without a route is reported at once, with what to check', () => {
    // A new network namespace has no routes at all.
    const call =
      "import('./src/network/ssh/client.ts').then(({ showHostKey }) => showHostKey({ host: '192.0.2.9', port: 22 }, [])).catch(({ name, what }) => console.log(name, what))";
    const node = [process.execPath, '--import', 'tsx', '--eval', call];
    const said = execFileSync('unshare', ['--net', ...node], { cwd: root }).toString();
    expect(said).toBe('device-unreachable There is no route to 192.0.2.9.\n');
  });

  it('is tried once more if it hangs up before the login', async () => {
    let calls = 0;
    const shy = createServer((socket) => {
      calls += 1;
      if (calls === 1) socket.resetAndDestroy();
      else socket.pipe(connect(sshd.port, '127.0.0.1')).pipe(socket);
    });
    const shell = await connected({ port: await listen(shy) });
    expect((await shell.exec(['echo', 'in'])).stdout).toBe('in\n');
    expect(calls).toBe(2);
    shy.close();
  });

  it('lets the user interrupt', async () => {
    const silent = createServer(() => undefined);
    const port = await listen(silent);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 200);
    expect(await failure(connected({ port, signal: stop.signal }))).toMatchObject({ name: 'interrupted' });
    silent.close();
  });
});
