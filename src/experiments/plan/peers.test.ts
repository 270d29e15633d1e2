import { describe, expect, test } from 'vitest';
import type { RoleDefinition } from '../definition/index.js';
import { planInstances, startOrder } from './peers.js';

function role(name: string, ports: Record<string, number> = {}, after: string[] = []): RoleDefinition {
  return {
    name,
    device: { architectures: null, memoryBytes: null, cores: null, tags: [], accelerator: null },
    count: 1,
    after,
    gpu: false,
    devices: [],
    shmBytes: null,
    data: [],
    base: 'python',
    dependencies: { apt: [], pip: [], requirements: null },
    command: ['echo'],
    ports,
    reads: [],
    ready: null,
    meter: null,
    service: false,
  };
}
const on = (role: string, rank: number, device: string) => ({ role, rank, device });
const addressOf = (device: string) => `${device}.lan`;

describe('planInstances', () => {
  const roles = [role('server', { grpc: 50051, http: 8080 }), role('client')];

  test('skips a port on which another program listens, on that device only', () => {
    const servers = [{ ...role('server', { grpc: 50051 }), count: 2 }];
    const plan = planInstances([on('server', 0, 'a'), on('server', 1, 'b')], { roles: servers }, addressOf, {
      runtime: 'process',
      taken: (device) => new Set(device === 'a' ? [50051, 50052] : []),
    });
    expect(plan.instances.map(({ ports }) => ports[0])).toEqual([
      { name: 'grpc', bindPort: 50053, hostPort: 50053 },
      { name: 'grpc', bindPort: 50051, hostPort: 50051 },
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
        ports: { grpc: { host: 'a.lan', port: 50051 }, http: { host: 'a.lan', port: 8080 } },
      },
      { role: 'client', rank: 0, ports: {} },
    ]);
    expect(plan.instances[0]).toMatchObject({
      role: { name: 'server' },
      rank: 0,
      device: 'a',
      ports: [
        { name: 'grpc', bindPort: 50051, hostPort: 50051 },
        { name: 'http', bindPort: 8080, hostPort: 8080 },
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
      { name: 'grpc', bindPort: 50051, hostPort: 50052 },
      { name: 'http', bindPort: 8080, hostPort: 8081 },
    ]);
    const process = planInstances(placement, { roles }, addressOf, { runtime: 'process' });
    expect(process.instances[1]?.ports).toEqual([
      { name: 'grpc', bindPort: 50052, hostPort: 50052 },
      { name: 'http', bindPort: 8081, hostPort: 8081 },
    ]);
    expect(process.peers).toEqual(docker.peers);
    expect(docker.peers[1]?.ports).toEqual({
      grpc: { host: 'a.lan', port: 50052 },
      http: { host: 'a.lan', port: 8081 },
    });
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
  const taken = () => new Set([47701]);

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
