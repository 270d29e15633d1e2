import { createSocket } from 'node:dgram';
import { connect, isIPv6, type Socket } from 'node:net';

/** A place on a member: its gossip, or its HTTP API. */
export interface Port {
  host: string;
  port: number;
}

/** A UDP socket for packets to members. */
export class Packets {
  readonly #socket;
  readonly received: Buffer[] = [];

  constructor(host: string) {
    this.#socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    this.#socket.on('message', (packet) => this.received.push(packet));
    this.#socket.on('error', () => undefined);
  }

  send(packet: Buffer, { host, port }: Port): Promise<void> {
    return new Promise((done) => this.#socket.send(packet, port, host, () => done()));
  }

  close(): void {
    this.#socket.close();
  }
}

/** Connects, and sends these bytes if there are any. @returns the connection, or null if there is none in time */
export function connection(
  { host, port }: Port,
  bytes: Buffer | null,
  withinMs = 5000,
): Promise<Socket | null> {
  return new Promise((done) => {
    const socket = connect({ host, port });
    const late = setTimeout(() => {
      socket.destroy();
      done(null);
    }, withinMs);
    socket.on('error', () => {
      clearTimeout(late);
      done(null);
    });
    socket.once('connect', () => {
      clearTimeout(late);
      if (bytes !== null) socket.write(bytes);
      done(socket);
    });
  });
}
