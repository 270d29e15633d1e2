import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { localMembers } from './wanted-members.js';

const made = (count: number) =>
  localMembers([], count, { architecture: 'amd64', random: (bytes) => Buffer.alloc(bytes, 1) });
const portsOf = (members: Awaited<ReturnType<typeof made>>) =>
  members.flatMap((one) =>
    Object.entries(one).flatMap(([name, port]) => (name.endsWith('_port') ? [port] : [])),
  );

it('members of this machine have ports of their own, and none that the kernel takes for connections', async () => {
  const ports = portsOf(await made(20)).map(Number);
  expect(new Set(ports).size).toBe(7 * 20);
  const [first = 0, last = 0] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
    .split('\t')
    .map(Number);
  expect(ports.filter((port) => port >= first && port <= last)).toEqual([]);
});

it('a port on which something listens is left out', async () => {
  const [member] = await made(1);
  const next = (member?.dashboard_port ?? 0) + 1;
  const server = createServer().listen(next, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const members = await localMembers(member === undefined ? [] : [member], 2, {
    architecture: 'amd64',
    random: (bytes) => Buffer.alloc(bytes, 2),
  });
  expect(portsOf(members)).not.toContain(next);
  expect(members[1]?.gossip_port).toBeGreaterThan(next);
});
