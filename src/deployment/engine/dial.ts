import { Agent } from 'node:http';
import { createConnection } from 'node:net';
import type { Duplex } from 'node:stream';
import { inspect } from 'node:util';

/**
 * An HTTP agent whose connections are streams from `dial`: local sockets, or sockets of a device over ssh. Each request
 * has its own, at once: the queue of Node's agent, for more requests than sockets, forgets a request if a dial fails.
 */
export class DialAgent extends Agent {
  constructor(private readonly dial: () => Promise<Duplex>) {
    super({ keepAlive: false, maxSockets: Infinity });
  }

  /**
   * docker-modem makes a text of each request for its debug log, whether or not anyone reads it. With all that an agent
   * refers to, such as the ssh connection, that took up to 0.6 s of CPU time per request.
   */
  [inspect.custom](): string {
    return 'DialAgent';
  }

  override createConnection(_options: unknown, done?: (error: Error | null, stream: Duplex) => void): Duplex {
    this.dial().then(
      (stream) => done?.(null, stream),
      (error: unknown) => done?.(error as Error, undefined as unknown as Duplex),
    );
    return undefined as unknown as Duplex;
  }
}

/** Connects to an engine of this machine. */
export function dialLocal(to: { path: string } | { host: string; port: number }): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(to);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
