import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { afterEach, expect, it } from 'vitest';
import { discover } from '../../src/network/index.js';

/** Encodes and decodes real packets, with the codec of multicast-dns. */
const here = createRequire(import.meta.url);
const codec = createRequire(here.resolve('multicast-dns'))('dns-packet') as {
  encode: (packet: object) => Buffer;
  decode: (bytes: Buffer) => { type: string };
};
const group = '224.0.0.251';
let socket: Socket | null = null;
afterEach(() => socket?.close());

/** Answers each query on the loopback network with these packets, by unicast and multicast. */
function answerWith(packets: readonly Buffer[]): Promise<void> {
  const responder = createSocket({ type: 'udp4', reuseAddr: true });
  socket = responder;
  responder.on('message', (bytes: Buffer, { address, port }: RemoteInfo) => {
    let isQuery = false;
    try {
      isQuery = codec.decode(bytes).type === 'query';
    } catch {
      // One of our own queries.
    }
    if (!isQuery) return;
    for (const packet of packets) {
      responder.send(packet, port, address);
      responder.send(packet, 5353, group);
    }
  });
  return new Promise((bound) => {
    responder.bind(5353, '0.0.0.0', () => {
      responder.addMembership(group, '127.0.0.1');
      responder.setMulticastInterface('127.0.0.1');
      bound();
    });
  });
}

interface Said {
  name?: string;
  host?: string;
  port?: number;
  address?: string;
  txt?: Buffer[];
}

function announcement({ name = 'x', host = 'x.local', port = 22, address, txt = [] }: Said): Buffer {
  const type = '_ssh._tcp.local';
  const instance = `${name}.${type}`;
  const ttl = 120;
  return codec.encode({
    type: 'response',
    answers: [{ name: type, type: 'PTR', ttl, data: instance }],
    additionals: [
      { name: instance, type: 'SRV', ttl, data: { target: host, port } },
      { name: instance, type: 'TXT', ttl, data: txt },
      ...(address === undefined ? [] : [{ name: host, type: 'A', ttl, data: address }]),
    ],
  });
}

const good = announcement({
  name: 'good',
  host: 'good.local',
  address: '127.0.0.77',
  txt: [Buffer.from('user=pi')],
});
const find = () => discover({ interfaces: ['lo'], timeoutMs: 1500 });

it('hostile records neither crash nor pass unchanged', async () => {
  await answerWith([
    ...Array.from({ length: 50 }, (_, index) => randomBytes(index * 11)),
    good.subarray(0, 40),
    // A name that points to itself.
    Buffer.from('000084000000000100000000c00c000c0001000000780002c00c', 'hex'),
    announcement({
      name: 'a\x1b]0;owned\x07\x1b[2Jb',
      host: 'evil\x1b[31m\r\n.local',
      address: '127.0.0.61',
    }),
    announcement({ name: '$(touch x);`id`', host: '$(reboot).local', address: '127.0.0.62' }),
    announcement({
      name: 'big',
      host: 'big.local',
      address: '127.0.0.63',
      // The largest that fits a datagram: 64 kB.
      txt: Array.from({ length: 254 }, () => Buffer.alloc(255, 0x41)),
    }),
    announcement({
      name: 'option',
      host: '-oProxyCommand=x',
      address: '127.0.0.64',
      txt: [Buffer.from('user=-oProxyCommand=x')],
    }),
    announcement({ name: 'nowhere', host: 'nowhere.local', port: 0, address: '127.0.0.65' }),
    announcement({ name: 'elsewhere', host: 'elsewhere.local', address: '8.8.8.8' }),
    announcement({ name: '__proto__', host: 'constructor', address: '127.0.0.66' }),
    good,
  ]);
  const found = await find();
  expect(found.find(({ host }) => host === 'good.local')).toMatchObject({
    address: '127.0.0.77',
    user: 'pi',
  });
  const byAddress = new Map(found.map((one) => [one.address, one]));
  expect([...byAddress.keys()].sort()).toEqual(
    ['61', '62', '63', '64', '66', '77'].map((end) => `127.0.0.${end}`),
  );
  expect(byAddress.get('127.0.0.62')).toMatchObject({ host: '127.0.0.62', service: 'touch xid' });
  expect(byAddress.get('127.0.0.64')).toMatchObject({ host: '127.0.0.64', user: null });
  expect(JSON.stringify(found)).not.toMatch(/\\u00|\\[rnt]|[\x00-\x1f\x7f]|[$`;]/);
});

it('cuts off a flood of services and keeps earlier findings', async () => {
  const flood = Array.from({ length: 3000 }, (_, index) =>
    announcement({
      name: `n${index}`,
      host: `n${index}.local`,
      address: `127.1.${index >> 8}.${index & 255}`,
    }),
  );
  await answerWith([good, ...flood]);
  const startedMs = performance.now();
  const found = await find();
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  expect(found.map(({ host }) => host)).toContain('good.local');
  expect(found.length).toBeLessThanOrEqual(4096);
});
