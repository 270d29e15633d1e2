import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Entrance } from './entrance.js';
import { connectTo, freePort, listenOn, takesConnections } from './tcp.js';

const address = '127.0.0.1';
const servers: Server[] = [];
const entrances: Entrance[] = [];

afterEach(async () => {
  await Promise.all(entrances.splice(0).map((one) => one.close()));
  for (const server of servers.splice(0)) server.close();
});

/** Reads all that a client says, and answers then. */
async function replica(name: string): Promise<{ address: string; port: number }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    void textOf(socket).then((text) => socket.end(`${name} ${text}`));
  });
  servers.push(server);
  return { address, port: await listenOn(server, { address, port: 0 }) };
}

/** Until the other side ends. @throws Error if it breaks off */
function textOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.once('end', () => resolve(text)).once('error', reject);
  });
}

function entranceAt(port = 0): Entrance {
  const entrance = new Entrance({ address, port });
  entrances.push(entrance);
  return entrance;
}

async function ask(port: number | null, said = 'hello'): Promise<string> {
  const socket = await connectTo({ address, port: port ?? 0 }, 1000);
  socket.end(said);
  return textOf(socket);
}

test('carries connections to replicas in turn, in both directions to their ends', async () => {
  const entrance = entranceAt();
  expect(await entrance.open()).toBe(true);
  expect(await entrance.open()).toBe(false);
  entrance.replicas = [await replica('a'), await replica('b')];
  const long = 'x'.repeat(1_000_000);
  expect(await ask(entrance.port, long)).toBe(`a ${long}`);
  expect(await ask(entrance.port)).toBe('b hello');
  expect(await ask(entrance.port)).toBe('a hello');
});

test('passes over a replica that refuses, and cuts where there is none', async () => {
  const entrance = entranceAt();
  await entrance.open();
  entrance.replicas = [{ address, port: await freePort(address) }, await replica('b')];
  for (const said of ['1', '2', '3']) expect(await ask(entrance.port, said)).toBe(`b ${said}`);
  entrance.replicas = [];
  await expect(ask(entrance.port)).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('a connection whose replica breaks off is cut', async () => {
  const server = createServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
  servers.push(server);
  const entrance = entranceAt();
  await entrance.open();
  entrance.replicas = [{ address, port: await listenOn(server, { address, port: 0 }) }];
  const socket = await connectTo({ address, port: entrance.port ?? 0 }, 1000);
  socket.write('hello');
  await expect(textOf(socket)).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('says why it does not listen, and listens when the port is free', async () => {
  const taken = await replica('other');
  const entrance = entranceAt(taken.port);
  expect(await entrance.open()).toBe(true);
  expect(entrance).toMatchObject({ port: null, fault: expect.stringContaining('EADDRINUSE') as string });
  expect(await entrance.open()).toBe(false);
  const server = servers.pop();
  server?.close();
  if (server !== undefined) await once(server, 'close');
  expect(await entrance.open()).toBe(true);
  expect(entrance).toMatchObject({ port: taken.port, fault: null });
});

test('takes nothing any more once it is closed, and ends what it carried', async () => {
  const entrance = entranceAt();
  await entrance.open();
  entrance.replicas = [await replica('a')];
  const port = entrance.port ?? 0;
  const socket = await connectTo({ address, port }, 1000);
  socket.write('hello');
  const cut = expect(textOf(socket)).rejects.toMatchObject({ code: 'ECONNRESET' });
  await entrance.close();
  await cut;
  expect(await takesConnections({ address, port }, 1000)).toBe(false);
});
