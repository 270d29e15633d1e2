import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FakeShell } from '../../network/shell/fake-shell.js';
import { LocalShell } from '../../network/shell/local-shell.js';
import { groupsOfHostDevices, judgeHostDevice, lookAtHostDevices } from './host-devices.js';

const pi = { login: false as const, uid: 1000 };
const said = async (...lines: string[]) => {
  const stdout = lines.map((line) => `${line.replaceAll(' | ', '\t')}\n`).join('');
  return lookAtHostDevices(new FakeShell(() => ({ stdout })), ['/dev/any']);
};

test('device files of this machine are found, with their rights', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'collab-nodes-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 'file'), '');
  symlinkSync('/dev/null', join(folder, 'by-id'));
  symlinkSync('/nowhere', join(folder, 'gone'));
  const below = (name: string) => join(folder, name);
  const paths = ['/dev/null', '/dev/none', below('by-id'), below('gone'), below('file'), below('empty')];
  const found = await lookAtHostDevices(new LocalShell(), paths);
  expect([...found.keys()]).toEqual(['/dev/null', below('by-id'), below('file'), below('empty')]);
  expect(found.get('/dev/null')).toEqual([
    { kind: 'character', mode: 0o666, uid: 0, gid: expect.any(Number) as number, opens: true },
  ]);
  expect(found.get(below('by-id'))).toEqual(found.get('/dev/null'));
  const reasons = paths.map((path) => judgeHostDevice(path, found, pi));
  expect(reasons).toEqual([
    null,
    'has no /dev/none',
    null,
    `has no ${below('gone')}`,
    `has ${below('file')}, which is no device file`,
    `has no device file in ${below('empty')}`,
  ]);
});

test('a role in a container opens what a group of the device may open', async () => {
  const found = await said(
    '/dev/video0 | character | 660 0 44 | no',
    '/dev/mem | character | 640 0 0 | no',
    '/dev/gpiochip0 | character | 600 0 0 | no',
    '/dev/ttyACM0 | character | 600 1000 1000 | yes',
    '/dev/sda | block | 640 0 6 | no',
    '/dev/bus/usb | folder | 755 0 0 | yes',
    '/dev/bus/usb | character | 664 0 46 | yes',
    '/dev/bus/usb | character | 664 0 0 | yes',
  );
  const usable = [...found.keys()].filter((path) => judgeHostDevice(path, found, pi) === null);
  expect(usable).toEqual(['/dev/video0', '/dev/ttyACM0', '/dev/sda', '/dev/bus/usb']);
  expect(judgeHostDevice('/dev/gpiochip0', found, pi)).toBe(
    'does not let the role open /dev/gpiochip0 (mode 600, user 0, group 0); a udev rule can give it a group',
  );
  expect(judgeHostDevice('/dev/gpiochip0', found, { login: false, uid: 0 })).toBeNull();
  expect(groupsOfHostDevices(found)).toEqual(['44', '46', '6']);
  const usb = await said('/dev/bus/usb | folder | 755 0 0 | yes', '/dev/bus/usb | character | 664 0 0 | no');
  expect(judgeHostDevice('/dev/bus/usb', usb, pi)).toContain('does not let the role open any device file in');
});

test('a plain process opens what its login may open', async () => {
  const found = await said(
    '/dev/video0 | character | 660 0 44 | no',
    '/dev/dri/card0 | character | 660 0 44 | yes',
  );
  expect(judgeHostDevice('/dev/video0', found, { login: true })).toContain('does not let the role open');
  expect(judgeHostDevice('/dev/dri/card0', found, { login: true })).toBeNull();
});

test('nothing is asked without paths', async () => {
  const shell = new FakeShell();
  expect((await lookAtHostDevices(shell, [])).size).toBe(0);
  expect(shell.ran).toEqual([]);
});
