import { describe, expect, test } from 'vitest';
import { factsOf } from '../../../tests/fixtures/connected-device.js';
import { roleOf } from '../../../tests/fixtures/experiment-definition.js';
import type { DeviceFacts } from '../../network/facts/device-facts.js';
import type { RoleDefinition } from '../definition/index.js';
import { notPlaceable, place, type PlaceableDevice } from './placement.js';

const engine: DeviceFacts['engine'] = {
  available: true,
  version: '26.1.5',
  storageDriver: 'overlay2',
  cgroupVersion: '2',
  runtimes: ['runc'],
};

function device(
  name: string,
  facts: Partial<DeviceFacts> = {},
  other: Partial<PlaceableDevice> = {},
): PlaceableDevice {
  return {
    name,
    tags: [],
    unavailable: null,
    facts: factsOf({
      hostname: name,
      architecture: 'amd64',
      cores: 2,
      memoryBytes: 1e9,
      python: null,
      engine,
      ...facts,
    }),
    ...other,
  };
}

function role(name: string, asks: Partial<RoleDefinition['device']> = {}, count = 1): RoleDefinition {
  const { device: any } = roleOf(name);
  return roleOf(name, { device: { ...any, ...asks }, count });
}

function placed(roles: RoleDefinition[], devices: PlaceableDevice[]): Record<string, string> {
  const result = place(roles, devices, { runtime: 'docker' });
  if (!result.placed) throw new Error(`not placed: ${JSON.stringify(result.reasons)}`);
  return Object.fromEntries(result.placement.map((one) => [`${one.role}-${one.rank}`, one.device]));
}

test('spreads roles over devices in their declared order', () => {
  const devices = [device('nano1'), device('nano2'), device('nano3')];
  expect(placed([role('server'), role('client')], devices)).toEqual({
    'server-0': 'nano1',
    'client-0': 'nano2',
  });
});

test('a flexible role yields to one that fits only one device', () => {
  const devices = [device('big', { memoryBytes: 8e9 }), device('small')];
  expect(placed([role('client'), role('server', { memoryBytes: 4e9 })], devices)).toEqual({
    'client-0': 'small',
    'server-0': 'big',
  });
});

test('yields along a chain', () => {
  const devices = [
    device('a', {}, { tags: ['x', 'y'] }),
    device('b', {}, { tags: ['y', 'z'] }),
    device('c', {}, { tags: ['z'] }),
  ];
  const roles = [role('any', { tags: ['y'] }), role('late', { tags: ['z'] }), role('picky', { tags: ['x'] })];
  expect(placed(roles, devices)).toEqual({ 'any-0': 'b', 'late-0': 'c', 'picky-0': 'a' });
});

test('instances share devices evenly once all are in use', () => {
  const devices = [device('nano1'), device('nano2')];
  expect(placed([role('server'), role('client', {}, 4)], devices)).toEqual({
    'server-0': 'nano1',
    'client-0': 'nano2',
    'client-1': 'nano1',
    'client-2': 'nano2',
    'client-3': 'nano1',
  });
});

test('a single device plays all roles', () => {
  expect(placed([role('server'), role('client')], [device('nano1')])).toEqual({
    'server-0': 'nano1',
    'client-0': 'nano1',
  });
});

test.each<[string, Partial<RoleDefinition['device']>, PlaceableDevice, string]>([
  ['memory', { memoryBytes: 4e9 }, device('n'), 'has 1.0 GB of memory, the role asks for at least 4.0 GB'],
  [
    'memory, nearly enough',
    { memoryBytes: 1e9 },
    device('n', { memoryBytes: 999_990_000 }),
    'has 1000.0 MB of memory, the role asks for at least 1.0 GB',
  ],
  [
    'memory, a little less',
    { memoryBytes: 1.001e9 },
    device('n'),
    'has 1.000 GB of memory, the role asks for at least 1.001 GB',
  ],
  [
    'architecture',
    { architectures: ['arm64', 'arm'] },
    device('n'),
    'is amd64, the role asks for arm64 or arm',
  ],
  ['cores', { cores: 4 }, device('n', { cores: 1 }), 'has 1 core, the role asks for at least 4'],
  ['tags', { tags: ['camera', 'lab'] }, device('n', {}, { tags: ['lab'] }), 'has no tag camera'],
  ['accelerator', { accelerator: 'cuda' }, device('n'), 'has no cuda accelerator'],
  [
    'engine',
    {},
    device('n', { engine: { available: false, cause: 'not-installed', reason: 'docker: not found' } }),
    'has no usable Docker Engine: docker: not found',
  ],
  [
    'unreachable',
    { cores: 9 },
    device('n', {}, { unavailable: 'does not answer on 10.0.0.9:22' }),
    'does not answer on 10.0.0.9:22',
  ],
  ['no facts', {}, device('n', {}, { facts: null }), 'its facts are not known'],
  [
    'two reasons',
    { cores: 4, accelerator: 'cuda' },
    device('n'),
    'has 2 cores, the role asks for at least 4; has no cuda accelerator',
  ],
])('reports why a device does not fit: %s', (_, asks, one, reason) => {
  const result = place([role('server', asks)], [one], { runtime: 'docker' });
  expect(result).toEqual({
    placed: false,
    unplaced: ['server'],
    brokenPins: [],
    tooFew: [],
    reasons: [{ role: 'server', device: 'n', reason }],
  });
});

test('a placement still reports why a device fits no role', () => {
  const result = place([role('server')], [device('a', {}, { unavailable: 'is locked' }), device('b')], {
    runtime: 'docker',
  });
  expect(result).toEqual({
    placed: true,
    placement: [{ role: 'server', rank: 0, device: 'b' }],
    reasons: [{ role: 'server', device: 'a', reason: 'is locked' }],
  });
});

test('the process runtime needs python3 and no engine', () => {
  const bare = { engine: { available: false, cause: 'not-installed', reason: 'none' } } as const;
  const devices = [device('a', bare), device('b', { ...bare, python: '3.11.2' })];
  const result = place([role('main')], devices, { runtime: 'process' });
  expect(result).toMatchObject({ placed: true, placement: [{ device: 'b' }] });
  expect(result.reasons).toEqual([
    { role: 'main', device: 'a', reason: 'has no python3, which a role without an engine needs' },
  ]);
});

test('the error lists each role that does not fit with the reason of every device', () => {
  const result = place(
    [role('server', { memoryBytes: 4e9 }), role('client'), role('judge', { accelerator: 'cuda' })],
    [device('nano1'), device('nano2', { memoryBytes: 2e9 })],
    { runtime: 'docker' },
  );
  if (result.placed) throw new Error('should not fit');
  const error = notPlaceable(result);
  expect(error).toMatchObject({ name: 'not-placeable', exitCode: 2 });
  expect(error.what).toBe('No device fits the roles server, judge.');
  expect(error.why).toBe(
    [
      'server:',
      '  nano1: has 1.0 GB of memory, the role asks for at least 4.0 GB',
      '  nano2: has 2.0 GB of memory, the role asks for at least 4.0 GB',
      'judge:',
      '  nano1: has no cuda accelerator',
      '  nano2: has no cuda accelerator',
    ].join('\n'),
  );
});

test('without devices the error says so', () => {
  const result = place([role('server')], [], { runtime: 'docker' });
  if (result.placed) throw new Error('should not fit');
  expect(notPlaceable(result).why).toBe('server: there are no devices');
});

/** Brute force for small cases: the largest number of devices that can be in use. */
function mostDevices(fits: string[][], used: string[] = []): number {
  const [first, ...rest] = fits;
  if (first === undefined) return new Set(used).size;
  return Math.max(...first.map((name) => mostDevices(rest, [...used, name])));
}

test('in 300 random cases, every instance is on a fitting device, as many devices as possible are used, and the result is deterministic', () => {
  let seed = 7;
  const draw = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * below);
  };
  const tags = ['a', 'b', 'c'];
  let shared = 0;
  for (let i = 0; i < 300; i++) {
    const devices = Array.from({ length: 1 + draw(4) }, (_, n) =>
      device(`d${n}`, {}, { tags: tags.filter(() => draw(3) > 0) }),
    );
    const roles = Array.from({ length: 1 + draw(3) }, (_, n) =>
      role(`r${n}`, { tags: tags.filter(() => draw(3) === 0) }, 1 + draw(2)),
    );
    const result = place(roles, devices, { runtime: 'docker' });
    expect(place(roles, devices, { runtime: 'docker' })).toEqual(result);
    const fits = (one: RoleDefinition) =>
      devices.filter((d) => one.device.tags.every((tag) => d.tags.includes(tag))).map((d) => d.name);
    expect(result.reasons).toHaveLength(roles.reduce((n, one) => n + devices.length - fits(one).length, 0));
    if (!result.placed) {
      expect(result.unplaced).toEqual(roles.filter((one) => fits(one).length === 0).map((one) => one.name));
      continue;
    }
    const instances = roles.flatMap((one) => Array.from({ length: one.count }, (_, rank) => ({ one, rank })));
    expect(result.placement.map(({ role: name, rank }) => `${name}-${rank}`)).toEqual(
      instances.map(({ one, rank }) => `${one.name}-${rank}`),
    );
    result.placement.forEach((p, n) => expect(fits(instances[n]?.one ?? role('x'))).toContain(p.device));
    const used = new Set(result.placement.map((p) => p.device)).size;
    expect(used).toBe(mostDevices(instances.map(({ one }) => fits(one))));
    if (used < instances.length) shared++;
  }
  expect(shared).toBeGreaterThan(30);
});

describe('a role with a GPU', () => {
  const withGpu = { ...role('server', { accelerator: 'cuda' }), gpu: true };
  const pc = device('pc', { accelerators: ['cuda'], cudaDevices: ['NVIDIA GeForce RTX 3060'] });
  const jetson = { accelerators: ['cuda'], jetson: { l4t: '32.7.6', jetpack: '4.6.6' } };
  const nano = (runtimes: string[]) => device('nano', { ...jetson, engine: { ...engine, runtimes } });

  test('is placed on a device with a GPU, and the placement names it', () => {
    const result = place([withGpu, role('client')], [device('pi'), pc], { runtime: 'docker' });
    expect(result).toMatchObject({
      placement: [
        { role: 'server', device: 'pc', gpu: 'NVIDIA GeForce RTX 3060' },
        { role: 'client', device: 'pi' },
      ],
      reasons: [{ device: 'pi', reason: 'has no cuda accelerator' }],
    });
    expect(result.placed && result.placement[1]).not.toHaveProperty('gpu');
  });

  test("does not fit a Jetson whose engine lacks NVIDIA's runtime", () => {
    expect(place([withGpu], [nano(['nvidia', 'runc'])], { runtime: 'docker' })).toMatchObject({
      placement: [{ device: 'nano', gpu: 'NVIDIA GPU' }],
    });
    expect(place([withGpu], [nano(['runc'])], { runtime: 'docker' })).toMatchObject({
      placed: false,
      reasons: [{ reason: expect.stringContaining('no nvidia runtime') as string }],
    });
    expect(place([role('client')], [nano(['runc'])], { runtime: 'docker' })).toMatchObject({ placed: true });
  });
});

test('a role with device files is placed where they are, and the placement names them', () => {
  const eye = { ...role('eye'), devices: ['/dev/video0'] };
  const hostDeviceMisfit = ({ devices }: RoleDefinition, name: string) =>
    devices.length > 0 && name === 'pc' ? 'has no /dev/video0' : null;
  const options = { runtime: 'docker' as const, hostDeviceMisfit };
  const result = place([eye, role('client')], [device('pc'), device('pi')], options);
  expect(result).toMatchObject({ reasons: [{ role: 'eye', device: 'pc', reason: 'has no /dev/video0' }] });
  expect(result.placed && result.placement).toEqual([
    { role: 'eye', rank: 0, device: 'pi', devices: ['/dev/video0'] },
    { role: 'client', rank: 0, device: 'pc' },
  ]);
  expect(place([eye], [device('pc')], options)).toMatchObject({ placed: false, unplaced: ['eye'] });
});

test('a base that does not fit a device keeps its role off it; without an engine no base applies', () => {
  const baseMisfit = ({ base }: RoleDefinition, facts: DeviceFacts) =>
    facts.architecture === 'arm' ? `base ${base} has no image for arm` : null;
  const devices = [device('pi', { architecture: 'arm', python: '3.9' }), device('pc')];
  const result = place([role('server')], devices, { runtime: 'docker', baseMisfit });
  expect(result).toMatchObject({
    placement: [{ device: 'pc' }],
    reasons: [{ device: 'pi', reason: 'base python has no image for arm' }],
  });
  expect(place([role('server')], devices.slice(0, 1), { runtime: 'docker', baseMisfit })).toMatchObject({
    placed: false,
    unplaced: ['server'],
  });
  expect(place([role('server')], devices.slice(0, 1), { runtime: 'process', baseMisfit }).placed).toBe(true);
});
