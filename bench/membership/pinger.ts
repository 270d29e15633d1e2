import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { pause } from './fleet.js';

const everyMs = 1000;
/** A node is down after so many pings without an answer. */
const mostMissed = 3;
/** As long as a ping of memberlist with encryption, and its answer. */
const pingBytes = 128;
const answerBytes = 49;

/**
 * A central server as many fleets have one: it pings each node each second over UDP, and a node that does not answer three
 * times is down. The nodes are sockets of this process.
 */
export class Pinger {
  readonly #server = createSocket('udp4');
  readonly #nodes: { socket: Socket; port: number; missed: number }[] = [];
  #timer: NodeJS.Timeout | null = null;
  #sentBytes = 0;
  #receivedBytes = 0;

  static async up(size: number): Promise<Pinger> {
    const pinger = new Pinger();
    await bound(pinger.#server);
    for (let made = 0; made < size; made += 1) {
      const socket = createSocket('udp4');
      socket.on('message', (_, { port }) => socket.send(Buffer.alloc(answerBytes), port, '127.0.0.1'));
      pinger.#nodes.push({ socket, port: await bound(socket), missed: 0 });
    }
    pinger.#server.on('message', (answer, { port }) => {
      pinger.#receivedBytes += answer.length;
      const node = pinger.#nodes.find((one) => one.port === port);
      if (node) node.missed = 0;
    });
    pinger.#timer = setInterval(() => pinger.#round(), everyMs);
    return pinger;
  }

  #round(): void {
    for (const node of this.#nodes) {
      node.missed += 1;
      this.#sentBytes += pingBytes;
      this.#server.send(Buffer.alloc(pingBytes), node.port, '127.0.0.1');
    }
  }

  /** Ends a node at a random moment. @returns ms until the server counts it as down */
  async killOne(random: () => number): Promise<number> {
    await pause(random() * everyMs);
    const node = this.#nodes.pop();
    if (node === undefined) throw new Error('there is no node');
    const startedMs = performance.now();
    node.socket.close();
    const place = { ...node, missed: node.missed };
    this.#nodes.push(place);
    while (place.missed <= mostMissed) await pause(20);
    this.#nodes.pop();
    const socket = createSocket('udp4');
    socket.on('message', (_, { port }) => socket.send(Buffer.alloc(answerBytes), port, '127.0.0.1'));
    this.#nodes.push({ socket, port: await bound(socket), missed: 0 });
    return performance.now() - startedMs;
  }

  /** What the server sends and receives, in bytes of payload per second. */
  async traffic(seconds: number): Promise<{ sentPerS: number; receivedPerS: number }> {
    const [sent, received] = [this.#sentBytes, this.#receivedBytes];
    await pause(seconds * 1000);
    return {
      sentPerS: (this.#sentBytes - sent) / seconds,
      receivedPerS: (this.#receivedBytes - received) / seconds,
    };
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#server.close();
    for (const { socket } of this.#nodes) socket.close();
  }
}

async function bound(socket: Socket): Promise<number> {
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket.address().port;
}
