import { describe, expect, test } from 'vitest';
import { freeSubnets, networkName, parseMemory, parseRate, planLab, rateText } from './lab-plan.js';

describe('the subnet', () => {
  test('is the first that overlaps no network of this machine', () => {
    expect(freeSubnets([])[0]).toBe('172.31.77.0/24');
    expect(freeSubnets(['127.0.0.1/8', '192.168.1.20/24', 'fe80::1/64'])[0]).toBe('172.31.77.0/24');
    expect(freeSubnets(['172.31.77.1/24'])[0]).toBe('172.30.78.0/24');
  });

  test.each([
    ['a cloud network around it', ['172.31.5.9/16'], '172.30.78.0/24'],
    ['a network around all of 172.16/12', ['172.20.0.1/12'], '10.213.79.0/24'],
    ['a network inside it', ['172.31.77.130/26'], '172.30.78.0/24'],
    ['an address alone', ['172.31.77.7/32'], '172.30.78.0/24'],
    ['a neighbor that only looks alike', ['172.31.7.1/24', '172.31.78.1/24'], '172.31.77.0/24'],
  ])('makes room for %s', (_, here, expected) => {
    expect(freeSubnets(here)[0]).toBe(expected);
  });

  test('is none if all are taken', () => {
    expect(freeSubnets(['172.16.0.1/12', '10.0.0.1/8', '192.168.0.1/16'])).toEqual([]);
  });
});

describe('the devices', () => {
  const limits = { rateBitsPerS: null, uplinkBitsPerS: null, store: 'classic' as const };
  const settings = { name: 'lab', devices: 3, cpus: 1, memoryBytes: 2 ** 30, ...limits };

  test('have distinct names, addresses and containers', () => {
    expect(
      planLab(settings, '10.213.79.0/24', 2).map(({ name, container, address }) => [
        name,
        container,
        address,
      ]),
    ).toEqual([
      ['edge1', 'collab-lab-edge1', '10.213.79.11'],
      ['edge2', 'collab-lab-edge2', '10.213.79.12'],
      ['edge3', 'collab-lab-edge3', '10.213.79.13'],
    ]);
    expect(networkName('lab')).toBe('collab-lab');
  });

  test.each([
    [1, 2, ['0', '1', '0']],
    [2, 4, ['0,1', '2,3', '0,1']],
    [1.5, 3, ['0,1', '0,2', '1,2']],
    [0.5, 1, ['0', '0', '0']],
    [8, 2, ['0,1', '0,1', '0,1']],
  ])('with %d cores each on a machine with %d get them in turn', (cpus, coresHere, expected) => {
    expect(planLab({ ...settings, cpus }, '10.213.79.0/24', coresHere).map(({ cpuSet }) => cpuSet)).toEqual(
      expected,
    );
  });
});

test.each([
  ['512m', 512 * 2 ** 20],
  ['1g', 2 ** 30],
  ['1.5G', 1.5 * 2 ** 30],
  [' 300mb ', 300 * 2 ** 20],
  ['2048k', 2 ** 21],
  ['1', null],
  ['-1g', null],
  ['1 GB of it', null],
  ['', null],
])('memory %j is %s bytes', (text, bytes) => {
  expect(parseMemory(text)).toBe(bytes);
});

test.each([
  ['100mbit', 100e6],
  ['1gbit', 1e9],
  ['2.5 Gbit/s', 2.5e9],
  ['500kbit', 500e3],
  ['0mbit', null],
  ['100MB', null],
  ['fast', null],
])('rate %j is %s bits per second', (text, bits) => {
  expect(parseRate(text)).toBe(bits);
});

test.each([
  [1e9, '1gbit'],
  [2.5e9, '2500mbit'],
  [100e6, '100mbit'],
  [500e3, '500kbit'],
  [null, '-'],
])('formats %s bits per second as %s', (bits, text) => {
  expect(rateText(bits)).toBe(text);
});
