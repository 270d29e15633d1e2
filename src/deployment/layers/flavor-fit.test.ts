import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { deviceFacts, type DeviceFacts } from '../../network/facts/device-facts.js';
import { Workspace } from '../../workspace/index.js';
import { flavorFit } from './flavor-fit.js';
import { readFlavors, type Flavor } from './flavor.js';

const workspace = new Workspace(fileURLToPath(new URL('../../..', import.meta.url)));
let flavors: Flavor[];
beforeAll(async () => {
  flavors = await readFlavors(workspace);
});

/** Facts reported by a real device. */
function factsOf(fixture: string, change: Partial<DeviceFacts> = {}): DeviceFacts {
  const path = new URL(`../../network/facts/fixtures/${fixture}.json`, import.meta.url);
  return { ...deviceFacts.parse(JSON.parse(readFileSync(path, 'utf8'))), ...change };
}

function fit(name: string, facts: DeviceFacts): string {
  const flavor = flavors.find((one) => one.name === name);
  if (flavor === undefined) throw new Error(`no flavor ${name}`);
  const result = flavorFit(flavor, facts);
  return result.fits
    ? `${result.image.dockerfile}${result.note === null ? '' : `, ${result.note}`}`
    : result.reason;
}

describe('the built-in flavors on real devices', () => {
  const noTorch =
    'base torch has no image for arm: Debian has no PyTorch for 32-bit ARM; install a 64-bit system (the Raspberry Pi 3 and later can run one)';
  const onCpu = 'Dockerfile, base torch computes on the CPU, not on its GPU';
  test.each([
    ['python', 'raspberry-pi-3-armv7l', 'Dockerfile'],
    ['python', 'jetson-nano-r32', 'Dockerfile'],
    ['torch', 'debian-pc-docker-26', onCpu],
    ['torch', 'raspberry-pi-4-arm64', 'Dockerfile'],
    ['torch', 'raspberry-pi-3-armv7l', noTorch],
    ['torch', 'raspberry-pi-3-64-bit-kernel', noTorch],
    ['torch', 'jetson-xavier-r35', onCpu],
    ['torch-1.10', 'debian-pc-docker-26', onCpu.replace('torch', 'torch-1.10')],
    ['torch-1.10', 'raspberry-pi-4-arm64', 'Dockerfile'],
    ['torch-1.10', 'jetson-nano-r32', 'Dockerfile.l4t'],
    [
      'torch-1.10',
      'jetson-xavier-r35',
      'runs L4T R35.5.0, and base torch-1.10 has Jetson images for L4T R32.7 only',
    ],
  ])('%s on %s: %s', (flavor, fixture, expected) => {
    expect(fit(flavor, factsOf(fixture))).toBe(expected);
  });

  test('compares releases part by part', () => {
    const on = (l4t: string) =>
      fit('torch-1.10', factsOf('jetson-nano-r32', { jetson: { l4t, jetpack: null } }));
    expect(on('32.7')).toBe('Dockerfile.l4t');
    expect(on('32.7.6')).toBe('Dockerfile.l4t');
    expect(on('32.70')).toContain('runs L4T R32.70');
    expect(on('32.6.1')).toContain('runs L4T R32.6.1');
  });

  test('reports a device with too little memory before the run', () => {
    expect(fit('torch', factsOf('raspberry-pi-4-arm64', { memoryBytes: 5e8 }))).toBe(
      'has 500 MB of memory, base torch needs at least 700 MB',
    );
  });

  test('an unknown architecture has no image', () => {
    expect(fit('python', factsOf('debian-pc-docker-26', { architecture: 'riscv64' }))).toBe(
      'base python has no image for riscv64',
    );
  });
});

test('a folder with a Dockerfile and no manifest fits every device', () => {
  const own: Flavor = {
    name: 'own',
    folder: '/own',
    manifest: null,
    images: [{ dockerfile: 'Dockerfile', args: {}, size_mb: {} }],
  };
  for (const fixture of ['raspberry-pi-3-armv7l', 'jetson-xavier-r35', 'debian-pc-docker-26']) {
    expect(flavorFit(own, factsOf(fixture))).toMatchObject({ fits: true, note: null });
  }
});
