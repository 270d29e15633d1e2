import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { parsePortsInUse, portsInUse } from './ports-in-use.js';
import { LocalShell } from '../shell/index.js';

it('reads listeners of TCP without connections, and all sockets of UDP, of both families', () => {
  const text = `/proc/net/tcp:   0: 00000000:1B58 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 21105 1
/proc/net/tcp:   1: 0100007F:0016 0100007F:C1A4 01 00000000:00000000 00:00000000 00000000     0        0 21106 1
/proc/net/tcp6:   0: 00000000000000000000000000000000:C383 00000000000000000000000000000000:0000 0A 00000000:00000000
/proc/net/udp:  233: 00000000:138C 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 21107 2
/proc/net/udp:  234: 0100007F:138D 0100007F:0035 01 00000000:00000000 00:00000000 00000000     0        0 21108 2
/proc/net/udp6:  235: 00000000000000000000000000000000:14E9 00000000000000000000000000000000:0000 07 00000000:00000000
`;
  const { tcp, udp } = parsePortsInUse(text);
  expect([[...tcp], [...udp]]).toEqual([
    [7000, 50051],
    [5004, 5005, 5353],
  ]);
});

it('finds ports that were just opened on this machine, each under its own protocol', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const ports = [(server.address() as AddressInfo).port, socket.address().port];
  const { tcp, udp } = await portsInUse(new LocalShell());
  expect(tcp.has(ports[0] ?? 0)).toBe(true);
  expect(udp.has(ports[1] ?? 0)).toBe(true);
  server.close();
  socket.close();
});
