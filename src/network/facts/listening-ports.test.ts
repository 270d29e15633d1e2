import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { listeningPorts, parseListeningPorts } from './listening-ports.js';
import { LocalShell } from '../shell/index.js';

it('reads the listening ports of both tables, without connections', () => {
  const text = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1B58 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 21105 1
   1: 0100007F:0016 0100007F:C1A4 01 00000000:00000000 00:00000000 00000000     0        0 21106 1
  sl  local_address                         remote_address                        st
   0: 00000000000000000000000000000000:C383 00000000000000000000000000000000:0000 0A 00000000:00000000
`;
  expect([...parseListeningPorts(text)]).toEqual([7000, 50051]);
});

it('finds a port that was just opened on this machine', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expect((await listeningPorts(new LocalShell())).has(port)).toBe(true);
  server.close();
});
