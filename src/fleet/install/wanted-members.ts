import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Device } from '../../network/index.js';
import type { RandomBytes } from '../credentials/index.js';
import { type FleetMember, memberIdOf } from './record.js';

/** Ports of nats-server, for clients and between keepers. */
const brokerPorts = { nats_port: 4222, route_port: 6222 };
const portNames = [
  'gossip_port',
  'http_port',
  'nats_port',
  'route_port',
  'api_port',
  'mqtt_port',
  'dashboard_port',
] as const;

/** A device of a LAN, as a member. */
export function memberOfDevice(
  device: Device,
  { gossip_port, http_port }: Pick<FleetMember, 'gossip_port' | 'http_port'>,
): FleetMember {
  const { facts } = device;
  return {
    id: memberIdOf(device.id),
    name: device.name,
    address: device.address,
    gossip_port,
    http_port,
    ...brokerPorts,
    tags: device.tags,
    architecture: facts.architecture,
    cores: facts.cores,
    memory_bytes: facts.memoryBytes,
    accelerator: facts.accelerators[0] ?? null,
    gpu: gpuAccess(facts),
  };
}

function gpuAccess({ engine, jetson, cudaDevices }: Device['facts']): FleetMember['gpu'] {
  if (!engine.available || !engine.runtimes.includes('nvidia')) return null;
  if (jetson !== null) return 'nvidia-runtime';
  return cudaDevices.length > 0 ? 'device-request' : null;
}

/**
 * The members of a fleet on this machine: those of before, and new ones until there are `count`. The last ones are left out
 * where there are more.
 */
export async function localMembers(
  before: readonly FleetMember[],
  count: number,
  { architecture, random }: { architecture: string; random: RandomBytes },
): Promise<FleetMember[]> {
  const members = before.slice(0, count);
  const taken = new Set(members.flatMap((one) => portNames.map((name) => one[name] ?? 0)));
  // Those of an earlier version have none.
  for (const [at, one] of members.entries())
    members[at] = {
      ...one,
      api_port: one.api_port ?? (await freePort(taken)),
      mqtt_port: one.mqtt_port ?? (await freePort(taken)),
      dashboard_port: one.dashboard_port ?? (await freePort(taken)),
    };
  for (let number = 1; members.length < count; number += 1) {
    const name = `m${number}`;
    if (members.some((one) => one.name === name)) continue;
    members.push({
      id: random(10).toString('hex'),
      name,
      address: '127.0.0.1',
      gossip_port: await freePort(taken),
      http_port: await freePort(taken),
      nats_port: await freePort(taken),
      route_port: await freePort(taken),
      api_port: await freePort(taken),
      mqtt_port: await freePort(taken),
      dashboard_port: await freePort(taken),
      tags: [],
      architecture,
      cores: null,
      memory_bytes: null,
      accelerator: null,
      gpu: null,
    });
  }
  return members;
}

/**
 * A port that is free for TCP and UDP on loopback now; adds it to those that are taken. It is none of those that the kernel takes for
 * outgoing connections (ip(7), ip_local_port_range): one of them could be taken before the member listens, or while it is down.
 */
export async function freePort(taken: Set<number>): Promise<number> {
  const end = await firstOfConnections();
  const known = [...taken].filter((port) => port >= firstPort && port < end);
  // One after the other, so that two fleets that are made at the same time hardly ever choose the same one.
  let port =
    known.length > 0 ? Math.max(...known) : firstPort + Math.floor(Math.random() * (end - firstPort));
  for (;;) {
    port = port + 1 < end ? port + 1 : firstPort;
    if (taken.has(port) || !(await isFreeForTcp(port)) || !(await isFreeForUdp(port))) continue;
    taken.add(port);
    return port;
  }
}

/** Below are those of well-known services. */
const firstPort = 10_000;

async function firstOfConnections(): Promise<number> {
  const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '');
  const first = Number(/^\d+/.exec(range)?.[0] ?? 32_768);
  // Where connections may have nearly all ports, there are no others.
  return first - firstPort < 10_000 ? 65_536 : first;
}

function isFreeForTcp(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const server = createServer().once('error', () => answer(false));
    server.listen(port, '127.0.0.1', () => server.close(() => answer(true)));
  });
}

function isFreeForUdp(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = createSocket('udp4');
    socket.once('error', () => answer(false));
    socket.bind(port, '127.0.0.1', () => socket.close(() => answer(true)));
  });
}
