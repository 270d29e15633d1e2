import { createServer, type Server, type Socket } from 'node:net';
import { messageOf } from '../../errors.js';
import { connectTo, type Endpoint, listenOn } from './tcp.js';

/** A replica that does not answer for so long is passed over. */
const connectMs = 2000;
const faultLength = 300;

/** Takes connections for a service on this member, and carries each of them to a replica, one after the other. */
export class Entrance {
  /** Where it listens; null if it does not. */
  port: number | null = null;
  /** Why it does not listen; null if it does, or has not tried. */
  fault: string | null = null;
  /** Those that are ready, as the leader said last. */
  replicas: readonly Endpoint[] = [];
  #turn = 0;
  #server: Server | null = null;
  readonly #sockets = new Set<Socket>();

  /** @param at where it listens; with port 0, on any free port */
  constructor(private readonly at: Endpoint) {}

  /** @returns whether something has changed */
  async open(): Promise<boolean> {
    if (this.#server !== null) return false;
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
      void this.#carry(client);
    });
    const before = this.fault;
    try {
      this.port = await listenOn(server, this.at);
    } catch (error) {
      this.fault = messageOf(error).slice(0, faultLength);
      return this.fault !== before;
    }
    // Without a listener, an error of a connection that was never taken would end the agent.
    server.on('error', () => undefined);
    this.#server = server;
    this.fault = null;
    return true;
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    this.port = null;
    const closed = new Promise<void>((done) => (server === null ? done() : server.close(() => done())));
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }

  async #carry(client: Socket): Promise<void> {
    this.#keep(client);
    for (const replica of this.#inTurn()) {
      const socket = await connectTo(replica, connectMs).catch(() => null);
      if (socket === null) continue;
      this.#keep(socket);
      if (client.destroyed || this.#server === null) socket.destroy();
      join(client, socket);
      return;
    }
    client.resetAndDestroy();
  }

  /** All replicas, beginning with the next one. */
  #inTurn(): Endpoint[] {
    const all = this.replicas;
    const first = all.length === 0 ? 0 : this.#turn % all.length;
    this.#turn = first + 1;
    return all.slice(first).concat(all.slice(0, first));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setKeepAlive(true);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

/** Carries all bytes both ways. One that breaks off resets the other, so that nobody takes what came for the whole. */
function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to);
    const cut = () => {
      // At an end in order, `pipe` has ended it, and what is left still goes out.
      if (!to.writableEnded) to.resetAndDestroy();
    };
    if (from.destroyed) cut();
    else from.once('close', cut);
  }
}
