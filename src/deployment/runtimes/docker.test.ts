import { beforeEach, describe, expect, test, vi } from 'vitest';
import { connectedTo, deviceOf, factsOf } from '../../../tests/fixtures/connected-device.js';
import { orderOf } from '../../../tests/fixtures/role-order.js';
import { FakeEngine } from '../engine/fake-engine.js';
import { FakeShell } from '../../network/shell/fake-shell.js';
import { DockerRuntime } from './docker.js';
import { FolderCode } from './folder-code.js';
import { HostSampler } from './host-sampler.js';
import type { RoleStart } from './runtime.js';
import { SharedFiles } from './shared-files.js';
import { wrapperInContainer } from './wrapper-program.js';

const container = 'collab-20261121-125301-a1b2-1-client-0';
const folder = '/home/pi/.collab/runs/20261121-125301-a1b2/1/client-0';
const accountMounts = ['passwd', 'group'].map((file) => ({
  kind: 'folder',
  source: expect.stringMatching(
    `^/home/pi/.collab/runs/20261121-125301-a1b2/accounts/[0-9a-f]+/${file}$`,
  ) as string,
  target: `/etc/${file}`,
  readOnly: true,
}));
/** What Python compiles of the wrapper, for the next container. */
const cacheMount = {
  kind: 'folder',
  source: expect.stringMatching('^/home/pi/.collab/runs/20261121-125301-a1b2/compiled/[0-9a-f]+$') as string,
  target: '/collab-cache',
};
/** The files of accounts are the run's, and go with it. */
const roleFilesLeft = () => [...shell.files.keys()].filter((path) => !path.includes('/accounts/'));
let engine: FakeEngine;
let shell: FakeShell;
let runtime: DockerRuntime;
let asked: RoleStart;

beforeEach(() => {
  engine = new FakeEngine('nano1');
  engine.images.set('collab/split:arm64-1', { id: 'sha256:abc', sizeBytes: 1 });
  shell = new FakeShell();
  runtime = new DockerRuntime(() => engine, new HostSampler([{ name: 'wrapper.py', content: 'measure' }]));
  const connected = connectedTo(deviceOf('nano1'), shell);
  asked = {
    connected,
    order: orderOf(),
    publish: [{ container: 50051, host: 50052, protocol: 'udp' }],
    imageId: 'sha256:abc',
    gpu: false,
    data: [],
  };
});

test('runs a role in its own container, by image id, as the login, with limits and labels', async () => {
  const role = await runtime.start(asked);
  expect(role.folder).toBe(folder);
  expect(engine.calls).toEqual([
    `create ${container}-accounts`,
    `remove ${container}-accounts`,
    `create ${container}`,
    `start ${container}`,
  ]);
  expect(engine.containers.get(container)?.spec).toMatchObject({
    image: 'sha256:abc',
    command: wrapperInContainer,
    user: '1000:1000',
    capabilities: [],
    labels: {
      'collab.run': '20261121-125301-a1b2',
      'collab.trial': '1',
      'collab.attempt': '1',
      'collab.role': 'client',
      'collab.rank': '0',
    },
    env: { HOME: '/tmp', USER: 'pi', LOGNAME: 'pi' },
    hostname: 'client-0',
    mounts: [{ kind: 'folder', source: folder, target: '/collab' }, ...accountMounts, cacheMount],
    ports: [{ container: 50051, host: 50052, protocol: 'udp' }],
    memoryBytes: 3_600_000_000,
    shmBytes: 3_600_000_000,
  });
  expect(engine.containers.get(container)?.spec).not.toHaveProperty('mayGainPrivileges');
});

test('gives an image without code the code and the wrapper of the device', async () => {
  const run = '/home/pi/.collab/runs/20261121-125301-a1b2';
  const shared = new SharedFiles([{ name: 'wrapper.py', content: 'measure' }]);
  const code = new FolderCode('/state/jobs/1/files', shared);
  runtime = new DockerRuntime(() => engine, new HostSampler([]), { code, labels: { of: 'demo' } });
  const role = await runtime.start(asked);
  expect(engine.containers.get(container)?.spec.mounts?.slice(0, 3)).toEqual([
    { kind: 'folder', source: folder, target: '/collab' },
    { kind: 'folder', source: `${run}/work/1-client-0`, target: '/experiment' },
    { kind: 'folder', source: `${run}/collab`, target: '/opt/collab', readOnly: true },
  ]);
  expect(engine.containers.get(container)?.spec.labels).toMatchObject({ of: 'demo', 'collab.rank': '0' });
  expect(shell.ran).toContainEqual(['cp', '-R', '/state/jobs/1/files', `${run}/work/1-client-0`]);
  expect(shell.files.get(`${run}/collab/wrapper.py`)?.toString()).toBe('measure');
  await shell.write(`${run}/work/1-client-0/made`, 'by the role');
  await role.release();
  expect(roleFilesLeft()).not.toContain(`${run}/work/1-client-0/made`);
});

test('creates anew what a killed controller had prepared, but not what has run', async () => {
  await runtime.prepare(asked);
  const other = new DockerRuntime(() => engine, new HostSampler([]));
  await other.start(asked);
  expect(engine.containers.get(container)?.state.running).toBe(true);
  await expect(other.start(asked)).rejects.toMatchObject({ name: 'engine-failed' });
  engine.change(container, { running: false });
  await shell.write(`${folder}/state.jsonl`, '{}');
  await expect(other.start(asked)).rejects.toMatchObject({ name: 'engine-failed' });
  expect(engine.containers.has(container)).toBe(true);
});

test("writes the wrapper's order before its container starts", async () => {
  const told: unknown[] = [];
  vi.spyOn(engine, 'start').mockImplementation(() => {
    told.push(JSON.parse(shell.files.get(`${folder}/role.json`)?.toString() ?? '{}'));
    return Promise.resolve();
  });
  await runtime.start(asked);
  const own = {
    directory: '/experiment',
    network_namespace: 'own',
    cgroup: 'own',
    host_sensors: false,
    cores: 4,
    data: {},
  };
  expect(told).toEqual([{ ...orderOf(), ...own }]);
});

test("a role in its device's network publishes nothing, and its wrapper knows that it shares it", async () => {
  await runtime.start({ ...asked, network: 'host', publish: [] });
  expect(engine.containers.get(container)?.spec).toMatchObject({ network: 'host', ports: [] });
  const told = JSON.parse(shell.files.get(`${folder}/role.json`)?.toString() ?? '') as object;
  expect(told).toMatchObject({ network_namespace: 'shared', cgroup: 'own' });
});

test.each(['create', 'start'] as const)(
  'leaves nothing on the device if the engine cannot %s',
  async (call) => {
    vi.spyOn(engine, call).mockRejectedValue(new Error('port is already allocated'));
    await expect(runtime.start(asked)).rejects.toThrow('port is already allocated');
    expect([...engine.containers]).toEqual([]);
    expect(roleFilesLeft()).toEqual([]);
  },
);

test('reports why a start failed even if the cleanup fails too', async () => {
  vi.spyOn(engine, 'start').mockRejectedValue(new Error('port is already allocated'));
  vi.spyOn(engine, 'remove').mockRejectedValue(new Error('busy'));
  await expect(runtime.start(asked)).rejects.toThrow('port is already allocated');
});

test('a running container is alive; for one that ended, the cause is reported', async () => {
  const role = await runtime.start(asked);
  expect(await role.alive()).toEqual({ alive: true, reason: null });
  engine.change(container, { running: false, exitCode: 0 });
  expect(await role.alive()).toEqual({ alive: false, reason: null });
  engine.change(container, { exitCode: 1 }, 'No module named collab_wrapper\n');
  expect(await role.alive()).toEqual({ alive: false, reason: 'No module named collab_wrapper' });
  engine.change(container, { exitCode: 137, outOfMemory: true });
  expect((await role.alive()).reason).toContain('out of memory');
  await engine.remove(container);
  expect((await role.alive()).reason).toContain('removed');
});

test("stop waits longer than the wrapper's grace period; remove leaves neither container nor folder", async () => {
  const role = await runtime.start(asked);
  await role.stop();
  expect(engine.calls).toContain(`stop ${container} 8`);
  await role.remove();
  expect([...engine.containers]).toEqual([]);
  expect(roleFilesLeft()).toEqual([]);
});

test('shared memory, names and device files are those of the role', async () => {
  shell = new FakeShell(() => ({ stdout: '/dev/video0\tcharacter\t660 0 44\tno\n' }));
  const hosts = [{ name: 'server-0', address: '10.0.0.4' }];
  const connected = connectedTo(deviceOf('nano1'), shell);
  await runtime.start({ ...asked, connected, shmBytes: 1e9, hosts, devices: ['/dev/video0'] });
  const spec = engine.containers.get(container)?.spec;
  expect(spec).toMatchObject({ shmBytes: 1e9, hosts, devices: ['/dev/video0'], groups: ['44'] });
  expect(spec).not.toHaveProperty('mayGainPrivileges');
});

test('the resolver is that of the device, read once', async () => {
  shell.files.set('/etc/resolv.conf', Buffer.from('nameserver 10.0.0.1\n'));
  const reads = vi.spyOn(shell, 'read');
  await runtime.start(asked);
  await runtime.start({ ...asked, publish: [], order: orderOf({ trial: 2 }) });
  const resolver = { servers: ['10.0.0.1'], options: ['timeout:1', 'attempts:1'] };
  expect(engine.containers.get(container)?.spec).toMatchObject({ resolver });
  expect(reads.mock.calls.filter(([path]) => path === '/etc/resolv.conf')).toHaveLength(1);
});

describe('a GPU', () => {
  const specOf = () => engine.containers.get(container)?.spec;
  const jetson = { l4t: '32.7.6', jetpack: '4.6.6' };

  test('of a PC is requested by a device request', async () => {
    await runtime.start({ ...asked, gpu: true });
    expect(specOf()).toMatchObject({ gpu: 'device-request', capabilities: [] });
  });

  test("of a Jetson uses NVIDIA's runtime, with the groups that own its device files", async () => {
    shell = new FakeShell((argv) => ({ stdout: argv[0] === 'stat' ? '44\n44\n0\n106\n' : '', code: 1 }));
    const connected = connectedTo(deviceOf('nano1', { facts: factsOf({ jetson }) }), shell);
    await runtime.start({ ...asked, connected, gpu: true });
    expect(specOf()).toMatchObject({ gpu: 'nvidia-runtime', groups: ['106', '44'] });
  });

  test('is given only to roles that ask for it, on a Jetson too', async () => {
    const connected = connectedTo(deviceOf('nano1', { facts: factsOf({ jetson }) }), shell);
    await runtime.start({ ...asked, connected });
    expect(specOf()).not.toHaveProperty('gpu');
    expect(specOf()).not.toHaveProperty('groups');
  });
});

test('mounts data read-only below /data, and passes the path to the wrapper', async () => {
  await runtime.start({ ...asked, data: [{ name: 'digits', path: '/home/pi/.collab/data/ab' }] });
  expect(engine.containers.get(container)?.spec.mounts).toEqual([
    { kind: 'folder', source: folder, target: '/collab' },
    { kind: 'folder', source: '/home/pi/.collab/data/ab', target: '/data/digits', readOnly: true },
    ...accountMounts,
    cacheMount,
  ]);
  expect(JSON.parse(shell.files.get(`${folder}/role.json`)?.toString() ?? '{}')).toMatchObject({
    data: { digits: '/data/digits' },
  });
});

describe('sensors that a container cannot see', () => {
  const sampler = '/home/pi/.collab/sampler/';
  const pi = () => {
    shell = new FakeShell(() => ({ stdout: '4711\n' }));
    const facts = factsOf({ model: 'Raspberry Pi 5 Model B Rev 1.0' });
    asked = { ...asked, connected: connectedTo(deviceOf('pi5', { facts }), shell) };
  };

  test('are read by a program on the host that starts before the container', async () => {
    pi();
    const ran: number[] = [];
    vi.spyOn(engine, 'create').mockResolvedValue(container);
    vi.spyOn(engine, 'start').mockImplementation(() => {
      ran.push(shell.ran.length);
      return Promise.resolve();
    });
    const prepared = await runtime.prepare(asked);
    expect(shell.ran).toEqual([]);
    await prepared.start();
    expect(ran).toEqual([1]);
    const wrapper = shell.ran[0]?.at(-3) ?? '';
    expect(shell.ran[0]?.slice(3)).toEqual([folder, 'python3', wrapper, '--sensors', folder]);
    expect(wrapper.startsWith(sampler)).toBe(true);
    expect(shell.files.get(wrapper)?.toString()).toBe('measure');
    expect(JSON.parse(shell.files.get(`${folder}/role.json`)?.toString() ?? '')).toMatchObject({
      host_sensors: true,
    });

    const before = shell.files.get(wrapper);
    await runtime.start({ ...asked, order: orderOf({ trial: 2 }) });
    expect(shell.files.get(wrapper)).toBe(before); // written only once
  });

  test("that cannot start are an error with the device's message, and leave nothing behind", async () => {
    pi();
    vi.spyOn(shell, 'exec').mockResolvedValue({ code: 1, signal: null, stdout: '', stderr: 'no space' });
    await expect(runtime.start(asked)).rejects.toMatchObject({ name: 'role-not-started', why: 'no space' });
    expect(engine.calls.some((call) => call.startsWith('start'))).toBe(false);
    expect([...engine.containers.keys()]).toEqual([]);
    expect(shell.files.has(`${folder}/role.json`)).toBe(false);
  });

  test.each([
    ['a board without python3', { model: 'Raspberry Pi 4', python: null }, false],
    ['a Jetson, whose sensors are in /sys', { model: 'NVIDIA Jetson Nano' }, false],
    ['a PC with counters that only root can read', { powerSensors: [rapl(false)] }, false],
    ['a PC with counters that everyone can read', { powerSensors: [rapl(true)] }, true],
  ])('of %s', (_, facts, expected) => {
    expect(new HostSampler([]).isFor(factsOf(facts))).toBe(expected);
  });

  function rapl(readable: boolean) {
    return { kind: 'rapl', name: 'package-0', path: '/sys/class/powercap/intel-rapl:0', readable };
  }
});

test('folders of the device for a role are mounted to be read', async () => {
  await runtime.start({ ...asked, folders: [{ source: '/srv/door', target: '/run/collab' }] });
  expect(engine.containers.get(container)?.spec.mounts).toContainEqual({
    kind: 'folder',
    source: '/srv/door',
    target: '/run/collab',
    readOnly: true,
  });
});
