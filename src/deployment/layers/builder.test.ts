import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chooseBuilder, type Builders } from './builder.js';
import { emulates } from './emulation.js';

const devices = [
  { device: 'pc2', architecture: 'amd64' },
  { device: 'nano1', architecture: 'arm64' },
  { device: 'nano2', architecture: 'arm64' },
];
const all: Builders = { controller: 'amd64', devices, emulates: () => true };

test('builds natively where possible, and by emulation otherwise', () => {
  expect(chooseBuilder('amd64', all)).toEqual({ kind: 'controller' });
  expect(chooseBuilder('arm64', all)).toEqual({ kind: 'device', device: 'nano1' });
  expect(chooseBuilder('amd64', { ...all, controller: null })).toEqual({ kind: 'device', device: 'pc2' });
  expect(chooseBuilder('arm', all)).toEqual({ kind: 'emulation' });
});

test('emulation needs an engine and qemu', () => {
  const none = { ...all, emulates: () => false };
  expect(() => chooseBuilder('arm', none)).toThrow('No machine can build an image for arm');
  expect(() => chooseBuilder('arm', { ...all, controller: null })).toThrow('No machine');
  try {
    chooseBuilder('arm', none);
  } catch (error) {
    expect(error).toMatchObject({ name: 'no-builder', exitCode: 4 });
    expect((error as { next: string }).next).toContain('qemu-user-static');
  }
});

test('a machine emulates what the kernel has an entry for that also works in containers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'binfmt-'));
  const entry = (text: string) => writeFile(join(folder, 'qemu-aarch64'), text);
  expect(await emulates('arm64', folder)).toBe(false);
  await entry('enabled\ninterpreter /usr/bin/qemu-aarch64-static\nflags: OCF\noffset 0\n');
  expect(await emulates('arm64', folder)).toBe(true);
  expect(await emulates('arm', folder)).toBe(false);
  expect(await emulates('vax', folder)).toBe(false);
  await entry('enabled\ninterpreter /usr/bin/qemu-aarch64-static\nflags: OC\n');
  expect(await emulates('arm64', folder)).toBe(false);
  await entry('disabled\ninterpreter /usr/bin/qemu-aarch64-static\nflags: F\n');
  expect(await emulates('arm64', folder)).toBe(false);
});
