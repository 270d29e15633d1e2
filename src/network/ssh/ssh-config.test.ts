import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { LocalShell } from '../shell/index.js';
import { expandPath, parseJump, resolvePlace } from './ssh-config.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssh config '));
  writeFileSync(
    join(folder, 'config'),
    `Include "${folder}/included"
Match originalhost nano exec "true"
  Port 2222
Host bare
  HostName 10.0.0.9
Host round
  ProxyJump about
Host about
  ProxyJump round
Host command
  ProxyCommand nc %h %p
`,
  );
  writeFileSync(
    join(folder, 'included'),
    `Host nano
  HostName 10.0.0.5
  User pi
  IdentityFile ~/.ssh/for-%n
  IdentityFile "${folder}/second"
  IdentitiesOnly yes
  HostKeyAlias Nano
  ProxyJump me@gate:2200,second
Host gate
  HostName gate.example
  User not-this-one
  ProxyJump outer
Host second
  ProxyJump ignored
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const resolve = (host: string, user: string | null = null, port: number | null = null) =>
  resolvePlace({ host, user, port }, { shell: new LocalShell(), configPath: join(folder, 'config') });

describe('ssh -G', () => {
  it('applies Include, Match, HostName, Port, User, IdentityFile, HostKeyAlias and ProxyJump', async () => {
    const own = userInfo().username;
    expect(await resolve('nano')).toMatchObject({
      host: '10.0.0.5',
      port: 2222,
      user: 'pi',
      hostKeyAlias: 'nano',
      identitiesOnly: true,
      identities: [join(homedir(), '.ssh/for-nano'), join(folder, 'second')],
      via: [
        { host: 'outer', port: 22, user: own },
        { host: 'gate.example', port: 2200, user: 'me' },
        { host: 'second', port: 22, user: own },
      ],
    });
  });

  it('keeps what the user typed, and the default keys if none is configured', async () => {
    expect(await resolve('nano', 'root', 22)).toMatchObject({ user: 'root', port: 22 });
    const bare = await resolve('bare');
    expect(bare).toMatchObject({ host: '10.0.0.9', port: 22, via: [], hostKeyAlias: null });
    expect(bare.identities).toBeUndefined();
  });

  it('is not run for a name that looks like an option', async () => {
    await expect(resolve('-oProxyCommand=touch pwned')).rejects.toMatchObject({ name: 'bad-host' });
    await expect(resolve('nano', '-v')).rejects.toMatchObject({ name: 'bad-host', exitCode: 2 });
  });

  it('with a loop or a ProxyCommand is refused, with the next step', async () => {
    await expect(resolve('round')).rejects.toMatchObject({ name: 'ssh-config', exitCode: 2 });
    await expect(resolve('command')).rejects.toMatchObject({
      name: 'proxy-command',
      why: 'ProxyCommand nc %h %p',
      next: expect.stringContaining('ProxyJump') as string,
    });
  });

  it('reports a configuration that it cannot read', async () => {
    writeFileSync(join(folder, 'broken'), 'NoSuchOption yes\n');
    const options = { shell: new LocalShell(), configPath: join(folder, 'broken') };
    await expect(resolvePlace({ host: 'a', user: null, port: null }, options)).rejects.toMatchObject({
      name: 'ssh-config',
      why: expect.stringMatching(/NoSuchOption/i) as string,
    });
  });
});

test.each([
  ['gw', { host: 'gw', user: null, port: null }],
  ['me@gw:2200', { host: 'gw', user: 'me', port: 2200 }],
  ['ssh://me@gw:2200/', { host: 'gw', user: 'me', port: 2200 }],
  ['me@[fe80::1]:22', { host: 'fe80::1', user: 'me', port: 22 }],
  ['a@b@gw', { host: 'gw', user: 'a@b', port: null }],
])('the jump %s', (text, place) => expect(parseJump(text)).toEqual(place));

test.each(['', ':22', 'a b:x:y'])('%j is not a jump host', (text) => {
  expect(() => parseJump(text)).toThrow(/is not a host/);
});

test.each([
  ['~/.ssh/%n-%r', join(homedir(), '.ssh/nano-pi')],
  ['%d/x', join(homedir(), 'x')],
  ['/k/%h:%p/100%%', '/k/10.0.0.5:22/100%'],
  ['${HOME}/x', `${process.env.HOME ?? ''}/x`],
  ['"/a b"', '/a b'],
])('%s', (path, expanded) => {
  expect(expandPath(path, { host: '10.0.0.5', port: 22, user: 'pi', typed: 'nano' })).toBe(expanded);
});
