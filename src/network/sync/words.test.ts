import { describe, expect, it, test } from 'vitest';
import { parseSums } from './content.js';
import { destination, refuseWide } from './destination.js';
import { parseRemoteTree } from './remote-tree.js';
import { progressBytes, rsyncArguments, usableRsync } from './rsync-arguments.js';

describe('the folder on a device', () => {
  it.each([
    ['collab/x', 'collab/x'],
    ['~/collab/x/', 'collab/x'],
    ['/srv//code', '/srv/code'],
    ['a/../b', 'b'],
    ['-n', '-n'],
  ])('%s is %s', (to, path) => expect(destination(to)).toBe(path));
  it.each(['', '.', '~', '~/', '..', '../x', 'a/../..', '~other/x', 'a\0b'])('%j is refused', (to) => {
    expect(() => destination(to)).toThrow(/cannot be the folder/);
  });
  it.each(['/', '/home', '/home/pi', '/srv'])('%s is too wide for removals', (path) => {
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

test('ssh below rsync knows the known hosts of the workspace and nothing else', () => {
  const device = { address: 'fe80::1', port: 2222, user: 'pi', keyPath: "/a b/it's 100%" };
  const args = rsyncArguments({ device, knownHostsPath: '/w s/known_hosts', from: '/f', to: '/t o' });
  expect(args.slice(-2)).toEqual(['/f/', '[fe80::1]:/t o/']);
  const rsh = args.find((arg) => arg.startsWith('--rsh='));
  expect(rsh).toContain(`-p 2222 -l pi -i '/a b/it''s 100%%'`);
  expect(rsh).toContain(`-o 'UserKnownHostsFile="/w s/known_hosts"'`);
  expect(rsh).toContain('-o StrictHostKeyChecking=yes');
  expect(rsh).toContain('-o BatchMode=yes');
});

test('progress as rsync prints it', () => {
  expect(progressBytes('\r         32768   0%    0.00kB/s    0:00:00  ')).toBe(32768);
  expect(progressBytes('\r 1   0%  \r 6000000 100%  250MB/s 0:00:00 (xfr#1, to-chk=0/1)\n')).toBe(6000000);
  expect(progressBytes('created directory')).toBeNull();
});

test('what a device lists, with coreutils and with busybox', () => {
  const printed = [
    ...['/home/pi/code', '/home/pi', 'rsync  version 3.2.7', 'present'],
    ...['41ed 4096 1.000000000 .', '43ed 4096 2.5 ./a b', '81a4 12 1700000000 ./a b/two\nlines'],
    ...['a1ff 3 1700000000.000000001 TestCases/l', '1180 0 3 ./pipe', 'links', 'TestCases/l', '../x', ''],
  ].join('\0');
  const { entries, ...rest } = parseRemoteTree(printed);
  expect(rest).toEqual({
    ...{ folder: '/home/pi/code', home: '/home/pi', exists: true },
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

test('sums of names with a backslash or a line break', () => {
  const sum = 'a'.repeat(64);
  expect([...parseSums(`${sum}  ./plain  name\n\\${sum}  ./back\\\\slash\\nline\nsha256sum: no\n`)]).toEqual([
    ['plain  name', sum],
    ['back\\slash\nline', sum],
  ]);
});
