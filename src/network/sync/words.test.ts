import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { parseSums } from './content.js';
import { destination, refuseWide } from './destination.js';
import { parseRemoteTree } from './remote-tree.js';
import { progressBytes, rsyncArguments, usableRsync } from './rsync-arguments.js';
import { sshConfigOf } from './rsync-login.js';

describe('the folder on a device', () => {
  it.each([
    ['collab/x', 'collab/x'],
    ['~/collab/x/', 'collab/x'],
    ['/srv//code', '/srv/code'],
    ['a/../b', 'b'],
    ['-n', '-n'],
  ])('%s is %s', (to, path) => expect(destination(to)).toBe(path));
  it.each(['', '.', '~', '~/', '..', '../x', 'a/../..', '~other/x', 'a\0b'])('%j is refused', (to) => {
    expect(() => destination(to)).toThrow(/is not a valid folder/);
  });
  it.each(['/', '/home', '/home/pi', '/srv'])('%s is too general for --delete', (path) => {
    expect(() => refuseWide(path, '/home/pi')).toThrow(/--delete/);
  });
  it.each(['/home/pi/code', '/srv/code', 'collab/x'])('%s is not', (path) => {
    expect(() => refuseWide(path, '/home/pi')).not.toThrow();
  });
});

test.each([
  ['rsync  version 3.2.7  protocol version 31', true],
  ['rsync  version v3.1.0  protocol version 31', true],
  ['rsync  version 3.0.9  protocol version 30', false],
  ['openrsync: protocol version 29', false],
  ['', false],
])('%s can be used: %s', (line, usable) => expect(usableRsync(line)).toBe(usable));

test('rsync gets the folders, and the ssh_config of the login', () => {
  const args = rsyncArguments({ from: '/f', to: '/t o' }, "/tmp/it's/config");
  expect(args.slice(-2)).toEqual(['/f/', 'collab-device:/t o/']);
  expect(args).toContain("--rsh=ssh -F '/tmp/it''s/config'");
});

test('OpenSSH reads the intended login from the ssh_config, host by host', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsync-login-'));
  const hop = { host: 'gw', port: 2200, user: 'me', keyPath: null, hostKeyAlias: null };
  const login = {
    host: 'fe80::1%eth0',
    port: 2222,
    user: 'pi',
    keyPath: `/a b/it's "100%"`,
    via: [hop, { ...hop, host: 'gw2', port: 22, hostKeyAlias: 'Second' }],
  };
  writeFileSync(join(folder, 'config'), sshConfigOf(login, '/w s/known_hosts'));
  const read = (name: string) =>
    execFileSync('ssh', ['-F', join(folder, 'config'), '-G', name], { stdio: 'pipe' }).toString();
  const device = read('collab-device').split('\n');
  expect(device).toEqual(
    expect.arrayContaining([
      'hostname fe80::1%eth0',
      'port 2222',
      'user pi',
      'proxyjump collab-hop-1,collab-hop-2',
      'hostkeyalias [fe80::1%eth0]:2222/second',
      'identitiesonly yes',
      `identityfile /a b/it's "100%%"`,
      'batchmode yes',
      'stricthostkeychecking true',
    ]),
  );
  expect(device.join('\n')).toContain('userknownhostsfile /w s/known_hosts');
  expect(read('collab-hop-1')).toMatch(/^hostname gw\nport 2200$/m);
  expect(read('collab-hop-2')).toMatch(/^hostkeyalias second$/m);
  rmSync(folder, { recursive: true });
});

test('parses the progress of rsync', () => {
  expect(progressBytes('\r         32768   0%    0.00kB/s    0:00:00  ')).toBe(32768);
  expect(progressBytes('\r 1   0%  \r 6000000 100%  250MB/s 0:00:00 (xfr#1, to-chk=0/1)\n')).toBe(6000000);
  expect(progressBytes('created directory')).toBeNull();
});

test('parses the listing of a device, with coreutils and with busybox', () => {
  const printed = [
    '/home/pi/code',
    '/home/pi',
    'rsync  version 3.2.7',
    'present',
    '41ed 4096 1.000000000 .',
    '43ed 4096 2.5 ./a b',
    '81a4 12 1700000000 ./a b/two\nlines',
    'a1ff 3 1700000000.000000001 TestCases/l',
    '1180 0 3 ./pipe',
    'links',
    'TestCases/l',
    '../x',
    '',
  ].join('\0');
  const { entries, ...rest } = parseRemoteTree(printed);
  expect(rest).toEqual({
    folder: '/home/pi/code',
    home: '/home/pi',
    exists: true,
    rsync: 'rsync  version 3.2.7',
  });
  expect(entries).toMatchObject([
    { path: 'a b', kind: 'folder', mode: 0o755 },
    { path: 'a b/two\nlines', kind: 'file', mode: 0o644, sizeBytes: 12, modifiedAt: '1700000000' },
    { path: 'TestCases/l', kind: 'link', target: '../x', modifiedAt: '1700000000.000000001' },
    { path: 'pipe', kind: 'other' },
  ]);
  expect(parseRemoteTree('/x\0/home/pi\0\0absent\0')).toMatchObject({
    exists: false,
    entries: [],
    rsync: '',
  });
});

test('parses sums of names with a backslash or a line break', () => {
  const sum = 'a'.repeat(64);
  expect([...parseSums(`${sum}  ./plain  name\n\\${sum}  ./back\\\\slash\\nline\nsha256sum: no\n`)]).toEqual([
    ['plain  name', sum],
    ['back\\slash\nline', sum],
  ]);
});
