import { describe, expect, it } from 'vitest';
import { architectureOf, isPhysicalInterface, usableCores, usableMemoryBytes } from './limits.js';

describe('limits of a device', () => {
  it.each([
    ['max', 4000],
    ['', 4000],
    ['9223372036854771712', 4000],
    ['1000', 1000],
    ['5000', 4000],
  ])('memory with the cgroup limit %j', (limit, bytes) => {
    expect(usableMemoryBytes(4000, limit)).toBe(bytes);
  });

  it.each([
    ['max 100000', 4],
    ['-1\n100000', 4],
    ['', 4],
    ['150000 100000', 2],
    ['50000\n100000', 1],
    ['800000 100000', 4],
  ])('cores with the quota %j', (quota, cores) => {
    expect(usableCores(4, quota)).toBe(cores);
  });

  it.each([
    ['x86_64', 'amd64', '64', 'amd64'],
    ['aarch64', 'arm64', '64', 'arm64'],
    ['aarch64', '', '', 'arm64'],
    ['aarch64', '', '32', 'arm'],
    ['armv6l', 'armhf', '32', 'arm'],
    ['riscv64', 'riscv64', '64', 'riscv64'],
  ])('%s with a %s userland of %s bits is %s', (machine, userland, bits, architecture) => {
    expect(architectureOf(machine, userland, bits)).toBe(architecture);
  });

  it('excludes bridges, tunnels and loopback', () => {
    const mac = 'dc:a6:32:4f:81:c5';
    const names = ['eth0', 'lo', 'docker0', 'br-1f', 'veth12', 'wlan0', 'enp3s0', 'wg0'];
    expect(names.filter((name) => isPhysicalInterface(name, mac))).toEqual(['eth0', 'wlan0', 'enp3s0']);
    expect(isPhysicalInterface('eth0', '')).toBe(false);
  });
});
