import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeKeyPair } from './key-pair.js';
import { isEncrypted, loginKeys, type LoginKeyOptions } from './login-keys.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'login-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const keygen = (...args: string[]) =>
  execFileSync('ssh-keygen', ['-q', ...args], { stdio: 'pipe' }).toString();

describe('makeKeyPair', () => {
  it('makes keys that OpenSSH reads, closed to others', async () => {
    for (let count = 0; count < 20; count += 1) {
      const path = join(folder, `sub/key${count}`);
      const line = await makeKeyPair(path, 'collab');
      expect(keygen('-y', '-f', path).trim()).toBe(line);
      expect(readFileSync(`${path}.pub`, 'utf8')).toBe(`${line}\n`);
      expect(statSync(path).mode & 0o777).toBe(0o600);
    }
  });

  it('does not overwrite a key', async () => {
    const path = join(folder, 'key');
    await makeKeyPair(path, 'first');
    const before = readFileSync(path, 'utf8');
    await expect(makeKeyPair(path, 'second')).rejects.toMatchObject({ name: 'key-not-written' });
    expect(readFileSync(path, 'utf8')).toBe(before);
  });
});

describe('loginKeys', () => {
  it('tries the default files without a passphrase first, then the agent with its many keys', async () => {
    await makeKeyPair(join(folder, 'id_ed25519'), '');
    keygen('-t', 'rsa', '-N', '', '-f', join(folder, 'id_rsa'));
    keygen('-t', 'ecdsa', '-N', 'secret', '-f', join(folder, 'id_ecdsa'));
    const keys = await loginKeys({ agentSocket: '/run/agent', folder });
    expect(keys.map((key) => key.name)).toEqual([
      join(folder, 'id_ed25519'),
      join(folder, 'id_rsa'),
      'the ssh agent at /run/agent',
    ]);
  });

  it("tries the workspace's key first, and the files of ssh_config instead of the default ones", async () => {
    for (const name of ['id_ed25519', 'named', 'own']) await makeKeyPair(join(folder, name), '');
    const named = { identities: [join(folder, 'gone'), join(folder, 'named')] };
    const ownKeyPath = join(folder, 'own');
    const tried = async (options: Partial<LoginKeyOptions>) =>
      (await loginKeys({ agentSocket: '/run/agent', folder, ownKeyPath, ...options })).map(({ name }) =>
        name.replace(/^.*\//, ''),
      );
    expect(await tried(named)).toEqual(['own', 'named', 'agent']);
    expect(await tried({ ...named, identitiesOnly: true })).toEqual(['own', 'named']);
    expect(await tried({})).toEqual(['own', 'id_ed25519', 'agent']);
    keygen('-p', '-N', 'secret', '-f', join(folder, 'named'));
    expect(await tried({ ...named, identitiesOnly: true })).toEqual(['own', 'agent']);
  });

  it.each([
    ['OpenSSH', []],
    ['PEM', ['-m', 'PEM']],
  ])('takes a key with a passphrase from the agent alone (%s)', async (_, format) => {
    const keyPath = join(folder, 'locked');
    keygen('-t', 'rsa', ...format, '-N', 'secret', '-f', keyPath);
    const [, base64] = readFileSync(`${keyPath}.pub`, 'utf8').split(' ');
    const only = [base64];
    expect(await loginKeys({ keyPath, agentSocket: '/run/agent', folder })).toMatchObject([{ only }]);
    const identities = { identities: [keyPath], identitiesOnly: true };
    expect(await loginKeys({ ...identities, agentSocket: '/run/agent', folder })).toMatchObject([{ only }]);
    expect(await loginKeys({ agentSocket: '/run/agent', folder })).toMatchObject([{ only: null }]);
  });

  it('says what to do when there is no key', async () => {
    const attempt = loginKeys({ agentSocket: null, folder });
    await expect(attempt).rejects.toMatchObject({ name: 'no-login-key', exitCode: 4 });
  });

  it.each([
    ['no-such-key', null, /cannot be read/],
    ['key.pub', 'ssh-ed25519 AAAA\n', /is not a private key/],
  ])('refuses %s', async (name, content, said) => {
    const keyPath = join(folder, name);
    if (content !== null) writeFileSync(keyPath, content);
    const attempt = loginKeys({ keyPath, agentSocket: '/run/agent', folder });
    await expect(attempt).rejects.toMatchObject({ name: 'key-unusable', exitCode: 2 });
    await expect(attempt).rejects.toThrow(said);
  });
});

describe('isEncrypted', () => {
  it.each([
    ['-t', 'ed25519'],
    ['-t', 'rsa', '-m', 'PEM'],
    ['-t', 'rsa', '-m', 'PKCS8'],
  ])('%s %s %s %s', (...kind) => {
    const args = kind.filter(Boolean);
    keygen(...args, '-N', '', '-f', join(folder, 'open'));
    keygen(...args, '-N', 'secret', '-f', join(folder, 'locked'));
    expect(isEncrypted(readFileSync(join(folder, 'open'), 'utf8'))).toBe(false);
    expect(isEncrypted(readFileSync(join(folder, 'locked'), 'utf8'))).toBe(true);
  });
});
