import { describe, expect, test } from 'vitest';
import type { RoleDefinition } from '../definition/index.js';
import { planInstances, startOrder } from './peers.js';

function role(name: string, ports: Record<string, number> = {}, after: string[] = []): RoleDefinition {
  return {
    name,
    device: { architectures: null, memoryBytes: null, cores: null, tags: [], accelerator: null },
    count: 1,
    most: null,
    share: true,
    after,
    gpu: false,
    devices: [],
    shmBytes: null,
    data: [],
    base: 'python',
    dependencies: { apt: [], pip: [], requirements: null },
    command: ['echo'],
    prepare: null,
    finalize: null,
    ports,
    reads: [],
    portProtocols: {},
    network: 'own',
    ready: null,
    meter: null,
    service: false,
    restart: 'trial',
  };
}
const on = (role: string, rank: number, device: string) => ({ role, rank, device });
const addressOf = (device: string) => `${device}.lan`;

/** Of a port that names none. */
const protocols = ['tcp', 'udp'];

describe('planInstances', () => {
  const roles = [role('server', { grpc: 50051, http: 8080 }), role('client')];

  test('skips a port on which another program listens, on that device only', () => {
    const servers = [{ ...role('server', { grpc: 50051 }), count: 2 }];
    const plan = planInstances([on('server', 0, 'a'), on('server', 1, 'b')], { roles: servers }, addressOf, {
      runtime: 'process',
      taken: (device) => ({ tcp: new Set(device === 'a' ? [50051, 50052] : []), udp: new Set() }),
    });
    expect(plan.instances.map(({ ports }) => ports[0])).toEqual([
      { name: 'grpc', bindPort: 50053, hostPort: 50053, protocols },
      { name: 'grpc', bindPort: 50051, hostPort: 50051, protocols },
    ]);
  });

  test('a single instance keeps its declared ports; the peers list every instance', () => {
    const plan = planInstances([on('server', 0, 'a'), on('client', 0, 'b')], { roles }, addressOf, {
      runtime: 'docker',
    });
    expect(plan.peers).toEqual([
      {
        role: 'server',
        rank: 0,
        host: 'a.lan',
        ports: { grpc: { host: 'a.lan', port: 50051 }, http: { host: 'a.lan', port: 8080 } },
      },
      { role: 'client', rank: 0, host: 'b.lan', ports: {} },
    ]);
    expect(plan.instances[0]).toMatchObject({
      role: { name: 'server' },
      rank: 0,
      device: 'a',
      ports: [
        { name: 'grpc', bindPort: 50051, hostPort: 50051, protocols },
        { name: 'http', bindPort: 8080, hostPort: 8080, protocols },
      ],
    });
  });

  test('the same port on two devices does not conflict', () => {
    const plan = planInstances([on('server', 0, 'a'), on('server', 1, 'b')], { roles }, addressOf, {
      runtime: 'process',
    });
    expect(plan.instances.flatMap((one) => one.ports.map((p) => p.hostPort))).toEqual([
      50051, 8080, 50051, 8080,
    ]);
  });

  test('on one device, docker publishes another port but binds the declared one; process binds the other port', () => {
    const placement = [on('server', 0, 'a'), on('server', 1, 'a')];
    const docker = planInstances(placement, { roles }, addressOf, { runtime: 'docker' });
    expect(docker.instances[1]?.ports).toEqual([
      { name: 'grpc', bindPort: 50051, hostPort: 50052, protocols },
      { name: 'http', bindPort: 8080, hostPort: 8081, protocols },
    ]);
    const process = planInstances(placement, { roles }, addressOf, { runtime: 'process' });
    expect(process.instances[1]?.ports).toEqual([
      { name: 'grpc', bindPort: 50052, hostPort: 50052, protocols },
      { name: 'http', bindPort: 8081, hostPort: 8081, protocols },
    ]);
    expect(process.peers).toEqual(docker.peers);
    expect(docker.peers[1]?.ports).toEqual({
      grpc: { host: 'a.lan', port: 50052 },
      http: { host: 'a.lan', port: 8081 },
    });
  });

  test('a port is free if it is free for its own protocol, and both for one that names none', () => {
    const placement = ['camera', 'web', 'any', 'all'].map((name) => on(name, 0, 'a'));
    const one = (name: string, port: number, protocol?: 'tcp' | 'udp') => ({
      ...role(name, { p: port }),
      ...(protocol && { portProtocols: { p: protocol } }),
    });
    const mixed = [one('camera', 5004, 'udp'), one('web', 5004, 'tcp'), one('any', 5004), one('all', 6000)];
    const taken = () => ({ tcp: new Set([5005]), udp: new Set([6000]) });
    const plan = planInstances(placement, { roles: mixed }, addressOf, { runtime: 'docker', taken });
    expect(plan.instances.map(({ ports }) => [ports[0]?.hostPort, ports[0]?.protocols.join()])).toEqual([
      [5004, 'udp'],
      [5004, 'tcp'],
      [5006, 'tcp,udp'],
      [6001, 'tcp,udp'],
    ]);
  });

  test("with network: host, a role binds to its device's port, which no other role there has", () => {
    const shared = [
      role('server', { grpc: 50051 }),
      { ...role('rank', { grpc: 50051 }), network: 'host' as const },
    ];
    const placement = [on('server', 0, 'a'), on('rank', 0, 'a'), on('rank', 1, 'b')];
    const plan = planInstances(placement, { roles: shared }, addressOf, { runtime: 'docker' });
    expect(plan.instances.map(({ ports }) => ports[0])).toEqual([
      { name: 'grpc', bindPort: 50051, hostPort: 50051, protocols },
      { name: 'grpc', bindPort: 50052, hostPort: 50052, protocols },
      { name: 'grpc', bindPort: 50051, hostPort: 50051, protocols },
    ]);
    expect(plan.peers[1]).toMatchObject({ host: 'a.lan', ports: { grpc: { host: 'a.lan', port: 50052 } } });
  });

  test('a moved instance does not take a port that another declares there', () => {
    const near = [role('x', { p: 7000 }), role('y', { p: 7000 }), role('z', { p: 7001 })];
    const placement = [on('x', 0, 'a'), on('y', 0, 'a'), on('z', 0, 'a')];
    const plan = planInstances(placement, { roles: near }, addressOf, { runtime: 'docker' });
    expect(plan.instances.map((one) => one.ports[0]?.hostPort)).toEqual([7000, 7002, 7001]);
  });

  test('256 instances on one device get distinct ports, even at the end of the range', () => {
    const placement = Array.from({ length: 256 }, (_, rank) => on('last', rank, 'a'));
    const plan = planInstances(placement, { roles: [role('last', { p: 65500 })] }, addressOf, {
      runtime: 'docker',
    });
    const ports = plan.instances.map((one) => one.ports[0]?.hostPort ?? 0);
    expect(new Set(ports).size).toBe(256);
    expect(Math.max(...ports)).toBe(65535);
    expect(Math.min(...ports)).toBe(1024);
  });
});

describe('startOrder', () => {
  const order = (...roles: RoleDefinition[]) =>
    startOrder({ roles }).map((group) => group.map((one) => one.name));

  test('roles that wait for no other start together, in declared order', () => {
    expect(order(role('b'), role('a'))).toEqual([['b', 'a']]);
  });

  test('a role starts after all roles that it waits for, regardless of file order', () => {
    expect(
      order(role('client', {}, ['server', 'broker']), role('server', {}, ['broker']), role('broker')),
    ).toEqual([['broker'], ['server'], ['client']]);
  });

  test('a diamond has three groups', () => {
    expect(order(role('a'), role('b', {}, ['a']), role('c', {}, ['a']), role('d', {}, ['b', 'c']))).toEqual([
      ['a'],
      ['b', 'c'],
      ['d'],
    ]);
  });
});

describe('where the roles of a trial meet', () => {
  const roles = [role('client'), { ...role('server', { own: 47700 }), service: true }];
  const placement = [on('client', 0, 'a'), on('server', 0, 'b')];
  const taken = () => ({ tcp: new Set([47701]), udp: new Set([47702]) });

  test('is at a service, which lives longest, on a free port of its device', () => {
    const { meeting } = planInstances(placement, { roles }, addressOf, { runtime: 'docker', taken });
    expect(meeting).toMatchObject({ host: 'b.lan', port: 47702, at: { role: { name: 'server' } } });
  });

  test('is at the first instance if there is no service, and nowhere for a single instance', () => {
    const two = planInstances([on('client', 0, 'a'), on('client', 1, 'a')], { roles }, addressOf, {
      runtime: 'process',
    });
    expect(two.meeting).toMatchObject({ host: 'a.lan', port: 47700, at: { rank: 0 } });
    const one = planInstances([on('client', 0, 'a')], { roles }, addressOf, { runtime: 'process' });
    expect(one.meeting).toBeNull();
  });
});
