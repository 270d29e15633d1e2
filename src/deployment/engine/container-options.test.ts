import { expect, test } from 'vitest';
import type { ContainerSpec } from './engine.js';
import { containerOptions } from './container-options.js';

const spec: ContainerSpec = {
  name: 'web',
  image: 'sha256:abc',
  labels: { 'collab.run': 'r1' },
  capabilities: [],
};

test('a container has no privileges that it was not given', () => {
  const { HostConfig, Labels } = containerOptions(spec);
  expect(HostConfig).toMatchObject({
    CapDrop: ['ALL'],
    CapAdd: [],
    SecurityOpt: ['no-new-privileges'],
    Mounts: [],
    PortBindings: {},
  });
  expect(HostConfig).not.toHaveProperty('Privileged');
  expect(Labels).toEqual({ 'collab.run': 'r1' });
});

test('restarts only if it is to, then with a limited log, and can use the network of the host', () => {
  expect(containerOptions(spec).HostConfig).not.toHaveProperty('RestartPolicy');
  const { HostConfig } = containerOptions({ ...spec, restart: 'always', network: 'host' });
  expect(HostConfig).toMatchObject({ RestartPolicy: { Name: 'always' }, NetworkMode: 'host' });
  expect(HostConfig.LogConfig?.Config).toEqual({ 'max-size': '5m', 'max-file': '2' });
});

test('limits apply to memory including swap, cores and processes', () => {
  const { HostConfig } = containerOptions({
    ...spec,
    memoryBytes: 900_000_000,
    cpus: 1.5,
    cpuSet: '0,1',
    pidsLimit: 64,
  });
  expect(HostConfig).toMatchObject({
    Memory: 900_000_000,
    MemorySwap: 900_000_000,
    NanoCpus: 1_500_000_000,
    CpusetCpus: '0,1',
    PidsLimit: 64,
  });
});

test('has shared memory, names, a resolver and device files as they were requested', () => {
  const { HostConfig } = containerOptions({
    ...spec,
    shmBytes: 900_000_000,
    hosts: [
      { name: 'server-0', address: '10.0.0.4' },
      { name: 'pi4', address: '2001:db8::4' },
    ],
    resolver: { servers: ['10.0.0.1'], options: ['timeout:1', 'attempts:1'] },
    devices: ['/dev/video0', '/dev/bus/usb'],
  });
  expect(HostConfig).toMatchObject({
    ShmSize: 900_000_000,
    ExtraHosts: ['server-0:10.0.0.4', 'pi4:2001:db8::4'],
    Dns: ['10.0.0.1'],
    DnsOptions: ['timeout:1', 'attempts:1'],
    Devices: [
      { PathOnHost: '/dev/video0', PathInContainer: '/dev/video0', CgroupPermissions: 'rw' },
      { PathOnHost: '/dev/bus/usb', PathInContainer: '/dev/bus/usb', CgroupPermissions: 'rw' },
    ],
    CapDrop: ['ALL'],
    CapAdd: [],
  });
  expect(HostConfig).not.toHaveProperty('Privileged');
  const engineServers = containerOptions({ ...spec, resolver: { servers: null, options: ['timeout:1'] } });
  expect(engineServers.HostConfig).toMatchObject({ DnsOptions: ['timeout:1'] });
  expect(engineServers.HostConfig).not.toHaveProperty('Dns');
});

test('is stopped by SIGTERM, and runs no health check, whatever its image says', () => {
  expect(containerOptions(spec)).toMatchObject({ StopSignal: 'SIGTERM', Healthcheck: { Test: ['NONE'] } });
});

test('leaves unset limits to the engine', () => {
  const { HostConfig } = containerOptions(spec);
  const keys = ['Memory', 'NanoCpus', 'PidsLimit', 'NetworkMode', 'ShmSize', 'ExtraHosts', 'Dns', 'Devices'];
  for (const key of [...keys, 'DnsOptions']) expect(HostConfig).not.toHaveProperty(key);
});

test("publishes a container port under the device's number", () => {
  const options = containerOptions({ ...spec, ports: [{ container: 50051, host: 50052 }] });
  expect(options.ExposedPorts).toEqual({ '50051/tcp': {} });
  expect(options.HostConfig.PortBindings).toEqual({ '50051/tcp': [{ HostPort: '50052' }] });
});

test('publishes a port for TCP, for UDP, or for both', () => {
  const ports = (['tcp', 'udp'] as const).map((protocol) => ({ container: 5004, host: 5006, protocol }));
  const options = containerOptions({
    ...spec,
    ports: [...ports, { container: 7, host: 8, protocol: 'udp' }],
  });
  expect(options.ExposedPorts).toEqual({ '5004/tcp': {}, '5004/udp': {}, '7/udp': {} });
  expect(options.HostConfig.PortBindings).toEqual({
    '5004/tcp': [{ HostPort: '5006' }],
    '5004/udp': [{ HostPort: '5006' }],
    '7/udp': [{ HostPort: '8' }],
  });
});

test('binds folders and mounts volumes with their access modes', () => {
  const { HostConfig } = containerOptions({
    ...spec,
    mounts: [
      { kind: 'folder', source: '/home/pi/a:b', target: '/collab' },
      { kind: 'volume', source: 'store', target: '/data', readOnly: true },
    ],
  });
  expect(HostConfig.Mounts).toEqual([
    { Type: 'bind', Source: '/home/pi/a:b', Target: '/collab', ReadOnly: false },
    { Type: 'volume', Source: 'store', Target: '/data', ReadOnly: true },
  ]);
});

test('no-new-privileges is off only if requested; the other options stay', () => {
  const asked = {
    ...spec,
    capabilities: ['SYS_ADMIN'],
    security: ['seccomp=unconfined'],
    mayGainPrivileges: true,
  };
  expect(containerOptions(asked).HostConfig).toMatchObject({
    CapDrop: ['ALL'],
    CapAdd: ['SYS_ADMIN'],
    SecurityOpt: ['seccomp=unconfined'],
  });
});

test('passes a fixed address with its network, and environment and user unchanged', () => {
  const options = containerOptions({
    ...spec,
    network: 'lab',
    address: '172.31.77.11',
    user: '1000:1000',
    env: { HOME: '/tmp', A: 'b=c d' },
  });
  expect(options).toMatchObject({
    User: '1000:1000',
    Env: ['HOME=/tmp', 'A=b=c d'],
    HostConfig: { NetworkMode: 'lab' },
    NetworkingConfig: { EndpointsConfig: { lab: { IPAMConfig: { IPv4Address: '172.31.77.11' } } } },
  });
});

test("a Jetson's GPU uses NVIDIA's runtime, others a device request, and none without being asked for", () => {
  const jetson = containerOptions({ ...spec, gpu: 'nvidia-runtime', groups: ['44'], env: { HOME: '/tmp' } });
  expect(jetson.HostConfig).toMatchObject({ Runtime: 'nvidia', GroupAdd: ['44'], CapDrop: ['ALL'] });
  expect(jetson.HostConfig).not.toHaveProperty('DeviceRequests');
  expect(jetson.Env).toEqual([
    'HOME=/tmp',
    'NVIDIA_VISIBLE_DEVICES=all',
    'NVIDIA_DRIVER_CAPABILITIES=compute,utility',
  ]);
  const pc = containerOptions({ ...spec, gpu: 'device-request', groups: [] });
  expect(pc.HostConfig.DeviceRequests).toEqual([{ Driver: '', Count: -1, Capabilities: [['gpu']] }]);
  for (const unasked of ['Runtime', 'GroupAdd']) expect(pc.HostConfig).not.toHaveProperty(unasked);
  for (const unasked of ['Runtime', 'DeviceRequests', 'GroupAdd']) {
    expect(containerOptions(spec).HostConfig).not.toHaveProperty(unasked);
  }
});
