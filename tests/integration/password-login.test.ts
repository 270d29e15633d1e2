import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ssh2 from 'ssh2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  connectSsh,
  Controller,
  type EnrollPrompts,
  KnownHosts,
  LAN,
  LanStore,
  makeKeyPair,
  setupLan,
} from '../../src/network/index.js';
import { Workspace } from '../../src/workspace/index.js';
import { keys, onTerminal } from '../e2e/on-terminal.js';
import { TestWorkspace, type Ended } from '../e2e/workspace.js';
import { makeAccount, type Account } from './account.js';
import { failure, startSshd, type Sshd } from './sshd.js';

const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const run = promisify(execFile);

let account: Account;
let sshd: Sshd;
let workspace: Workspace;

beforeAll(async () => {
  account = makeAccount();
  sshd = await startSshd(['LogLevel DEBUG1', ...account.sshdLines]);
});
afterAll(() => {
  sshd.stop();
  account.remove();
});
beforeEach(() => {
  workspace = new Workspace(mkdtempSync(join(tmpdir(), 'collab-password-')));
  mkdirSync(workspace.testCases);
  mkdirSync(workspace.logs);
});
afterEach(() => {
  rmSync(workspace.root, { recursive: true });
  rmSync(join(account.home, '.ssh'), { recursive: true, force: true });
});

const authorizedKeys = () => join(account.home, '.ssh/authorized_keys');
const target = () => ({ host: '127.0.0.1', port: sshd.port, user: account.user, keyPath: null });

async function setup(entrance: Partial<EnrollPrompts>) {
  const asked: number[] = [];
  const { lan, failures } = await setupLan({
    name: 'shelf',
    workspace,
    targets: [target()],
    controller: await Controller.read(),
    confirmTrust: () => Promise.resolve(true),
    emit: () => undefined,
    ...entrance,
    ...(entrance.askPassword && {
      askPassword: (login, attempt) => {
        asked.push(attempt);
        return entrance.askPassword?.(login, attempt) ?? Promise.resolve(null);
      },
    }),
  });
  return { devices: lan.devices, failures, asked };
}

/** Everything that processes of this machine expose to others while `work` runs. */
async function watched(work: Promise<unknown>): Promise<string> {
  const looks: string[] = [];
  const state = { isOver: false };
  void work.catch(() => undefined).finally(() => (state.isOver = true));
  while (!state.isOver) {
    looks.push((await run('ps', ['axewwo', 'pid,args'], { maxBuffer: 64 << 20 })).stdout);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  expect(looks.length).toBeGreaterThan(3);
  return looks.join('');
}

describe('a password', () => {
  it('is used once to install a key, and appears nowhere, during or after', async () => {
    const began = join(workspace.root, 'began');
    writeFileSync(began, '');
    const place = `${account.user}@127.0.0.1:${sshd.port}`;
    const flags = ['--lan', 'shelf', '--yes', '--password-stdin', '--json'];
    const child = spawn(process.execPath, [command, 'setup', '--device', place, ...flags], {
      cwd: workspace.root,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    // The pipe stays open, as with some password managers.
    child.stdin.write(`${account.password}\n`);
    child.stdin.on('error', () => undefined);
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const processes = await watched(ended);
    expect(await ended, said).toBe(0);
    expect(processes).toContain('--password-stdin');
    expect(processes).not.toContain(account.password);
    expect(said).not.toContain(account.password);
    expect(said).toContain('network.key-installed');

    const own = join(workspace.private, 'id_ed25519');
    expect(statSync(own).mode & 0o777).toBe(0o600);
    expect(statSync(join(account.home, '.ssh')).mode & 0o777).toBe(0o700);
    expect(statSync(authorizedKeys()).mode & 0o777).toBe(0o600);
    expect(readFileSync(authorizedKeys(), 'utf8')).toBe(readFileSync(`${own}.pub`, 'utf8'));
    const saved = readFileSync(join(workspace.lans, 'shelf.json'), 'utf8');
    expect(saved).toContain(JSON.stringify(own));

    const folders = [workspace.root, account.home, sshd.folder];
    const holding = (args: string[]) =>
      run('sh', ['-c', `grep -rlF -e "$0" -- "$@" || true`, account.password, ...args]);
    expect((await holding(folders)).stdout).toBe('');
    const changed = ['-xdev', '-type', 'f', '-newer', began, '-size', '-20M'];
    const look = ['-exec', 'grep', '-lF', '-e', account.password, '{}', '+'];
    const found = await run('find', [homedir(), ...changed, ...look]).catch((error: unknown) => error);
    expect((found as { stdout: string }).stdout).toBe('');

    // From now on the key is accepted, even in a setup without a password.
    const again = await run(
      process.execPath,
      [command, 'setup', '--device', place, '--lan', 'shelf', '--yes'],
      {
        cwd: workspace.root,
      },
    );
    expect(again.stdout).toContain(`127.0.0.1`);
    expect(readFileSync(authorizedKeys(), 'utf8')).toBe(readFileSync(`${own}.pub`, 'utf8'));
  });

  it('is asked for on a terminal with hidden input; Ctrl-C cancels and saves nothing', async () => {
    const place = `${account.user}@127.0.0.1:${sshd.port}`;
    const terminal = new TestWorkspace(workspace.root);
    const trusted = { wait: 'Trust this host key', type: keys.enter };
    const ask = (typed: string) =>
      onTerminal(terminal, [trusted, { wait: `Password of ${account.user}`, type: typed }], ...call);
    const call = ['device', 'add', place, '--lan', 'shelf'];
    await new LanStore(workspace).save(new LAN('shelf', await Controller.read()));
    const left = await ask(keys.interrupt);
    expect(left.code, left.stdout).toBe(130);
    expect(existsSync(authorizedKeys())).toBe(false);
    expect((await new LanStore(workspace).load('shelf')).devices).toEqual([]);
    rmSync(workspace.knownHostsOf('shelf'));
    const ended = await ask(account.password + keys.enter);
    expect(ended.code, ended.stdout).toBe(0);
    expect(ended.stdout).toMatch(/shows the host key ssh-ed25519 SHA256:\S+[\s\S]*Password of/);
    expect(ended.stdout).toMatch(/the\s+password\s+is\s+forgotten/);
    expect(ended.stdout).not.toContain(account.password.slice(0, 10));
    expect((await new LanStore(workspace).load('shelf')).devices).toHaveLength(1);
  });

  it('that cannot be asked for is a clear error that says how to pass it', async () => {
    const place = `${account.user}@127.0.0.1:${sshd.port}`;
    const setup = (...flags: string[]) =>
      new TestWorkspace(workspace.root).collab('setup', '--device', place, ...flags);
    const untrusted = await setup();
    expect(untrusted.code).toBe(2);
    expect(untrusted.stderr).toMatch(/shows the host key ssh-ed25519 SHA256:[\s\S]*--yes/);
    const closed = await setup('--yes');
    expect(closed.code).toBe(4);
    expect(closed.stderr).toContain('--password-stdin');
    const line = ['-c', 'exec "$@" </dev/null', 'sh', process.execPath, command, 'setup', '--device', place];
    const [cwd, flags] = [workspace.root, ['--yes', '--password-stdin']];
    const empty = await run('sh', [...line, ...flags], { cwd }).catch((error: unknown) => error as Ended);
    expect('code' in empty && empty.code).toBe(2);
    expect(empty.stderr).toContain('There is no password on standard input.');
  });

  it('that is wrong is asked for three times, then the device is skipped', async () => {
    const wrong = await setup({ askPassword: () => Promise.resolve('wrong') });
    expect(wrong.asked).toEqual([1, 2, 3]);
    expect(wrong.failures.map(({ error }) => error.name)).toEqual(['password-refused']);
    expect(wrong.failures[0]?.error.what).toBe(`127.0.0.1 refuses the password of ${account.user}.`);
    expect(existsSync(authorizedKeys())).toBe(false);
    const third = await setup({
      askPassword: (_login, attempt) => Promise.resolve(attempt === 3 ? account.password : 'wrong'),
    });
    expect(third.failures).toEqual([]);
    expect(third.devices[0]).toMatchObject({
      user: account.user,
      keyPath: join(workspace.private, 'id_ed25519'),
    });
  });

  it('is not asked for, and nothing is sent, if the host key is not trusted', async () => {
    const before = sshd.log().length;
    let asked = 0;
    const error = await failure(
      setup({
        confirmTrust: ([stranger]) => {
          expect(stranger?.key.line).toBe(sshd.hostKeys.ed25519);
          return Promise.resolve(false);
        },
        askPassword: () => Promise.resolve(`${asked++}`),
      }),
    );
    expect(error).toMatchObject({ name: 'not-trusted', exitCode: 2 });
    expect(asked).toBe(0);
    expect(sshd.log().slice(before)).not.toMatch(/userauth-request|Failed|Accepted|Invalid user/);
    expect(existsSync(workspace.knownHostsOf('shelf'))).toBe(false);
  });

  it('is not sent to a host whose key has changed', async () => {
    const knownHosts = new KnownHosts(join(sshd.folder, 'known_hosts_before'));
    const other = await makeKeyPair(join(workspace.root, 'other'), '');
    writeFileSync(knownHosts.path, `[127.0.0.1]:${sshd.port} ${other}\n`);
    const before = sshd.log().length;
    const login = { ...target(), password: account.password, knownHosts, trust: 'known-only' as const };
    expect(await failure(connectSsh(login))).toMatchObject({ name: 'host-key-changed' });
    expect(sshd.log().slice(before)).not.toMatch(/userauth-request|Failed|Accepted/);
  });

  it('that the server does not accept is rejected, naming the accepted methods', async () => {
    const error = await failure(connectSsh(sshd.options({ password: 'any' })));
    expect(error).toMatchObject({ name: 'password-not-taken', exitCode: 4 });
    expect(error.why).toContain('publickey');
  });

  it('whose installed key is then rejected: says what to check', async () => {
    rmSync(join(account.home, 'elsewhere'), { force: true });
    const strict = await startSshd([
      ...account.sshdLines.filter((line) => !line.startsWith('AuthorizedKeysFile')),
      'AuthorizedKeysFile /nonexistent/%u',
    ]);
    try {
      const { failures } = await setupLan({
        name: 'shelf',
        workspace,
        controller: await Controller.read(),
        targets: [{ ...target(), port: strict.port }],
        confirmTrust: () => Promise.resolve(true),
        askPassword: () => Promise.resolve(account.password),
        emit: () => undefined,
      });
      expect(failures.map(({ error }) => error.name)).toEqual(['key-not-taken']);
      expect(failures[0]?.error.next).toContain('AuthorizedKeysFile');
    } finally {
      strict.stop();
    }
  });
});

describe('keyboard-interactive', () => {
  type Prompts = (string | { prompt: string; echo: boolean })[];
  async function serve(prompts: Prompts, check: (answers: string[]) => boolean) {
    const key = execFileSync('cat', [join(sshd.folder, 'host_ed25519')]);
    const server = new ssh2.Server({ hostKeys: [key] }, (client) => {
      client.on('error', () => undefined);
      client.on('authentication', (context) => {
        if (context.method !== 'keyboard-interactive') context.reject(['keyboard-interactive']);
        else
          context.prompt(prompts, (answers) => {
            if (check(answers)) context.accept();
            else context.reject(['keyboard-interactive']);
          });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { port: (server.address() as AddressInfo).port, stop: () => server.close() };
  }
  const hidden = { prompt: 'Password: ', echo: false };

  it('is answered if it asks one hidden question', async () => {
    const server = await serve([hidden], ([answer]) => answer === 'right');
    const options = (password: string) => sshd.options({ port: server.port, password, agentSocket: '' });
    (await connectSsh(options('right'))).close();
    expect(await failure(connectSsh(options('wrong')))).toMatchObject({ name: 'password-refused' });
    server.stop();
  });

  it('is not answered if it asks more questions or shows the input', async () => {
    let told: string[] = [];
    for (const prompts of [[hidden, { prompt: 'Code: ', echo: true }], [{ prompt: 'Code: ', echo: true }]]) {
      const server = await serve(prompts, (answers) => {
        told = [...told, ...answers];
        return false;
      });
      const error = await failure(connectSsh(sshd.options({ port: server.port, password: 'secret' })));
      expect(error).toMatchObject({ name: 'password-not-taken' });
      expect(error.why).toContain('Code:');
      server.stop();
    }
    expect(told.join('')).toBe('');
  });
});
