import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** An address and a port of a device. */
export interface Endpoint {
  address: string;
  port: number;
}

/** A connection whose two directions end on their own. @throws Error if there is none in time */
export async function connectTo({ address: host, port }: Endpoint, withinMs: number): Promise<Socket> {
  const socket = connect({ host, port, allowHalfOpen: true });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(withinMs) });
    return socket;
  } catch (error) {
    socket.on('error', () => undefined).destroy();
    throw error;
  }
}

/** Whether a program takes connections there. */
export async function takesConnections(at: Endpoint, withinMs: number): Promise<boolean> {
  try {
    (await connectTo(at, withinMs)).on('error', () => undefined).destroy();
    return true;
  } catch {
    return false;
  }
}

/** Listens until the server is closed. @param port 0 for any free one @throws Error if the port is taken */
export async function listenOn(server: Server, { address: host, port }: Endpoint): Promise<number> {
  server.listen({ host, port });
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new TypeError('a server without a port');
  return bound.port;
}

/** A port of an address on which nothing listens now. */
export async function freePort(address: string): Promise<number> {
  const server = createServer();
  const port = await listenOn(server, { address, port: 0 });
  server.close();
  await once(server, 'close');
  return port;
}
