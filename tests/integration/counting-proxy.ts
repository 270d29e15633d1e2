import { connect, createServer, type AddressInfo } from 'node:net';

/** Message numbers of ssh (RFC 4253, 12; RFC 5656, 7.1). */
export const message = { disconnect: 1, kexInit: 20, newKeys: 21, ecdhInit: 30 } as const;

/** What a client said to an ssh server up to the moment from which all is encrypted. */
export interface Said {
  /** Of the messages in plain text, in order. */
  numbers: number[];
  /** Sent once keys were in force: the service request, authentication and all that follows. */
  encryptedBytes: number;
}

/** A relay to a port of 127.0.0.1 that keeps all bytes that clients send. */
export class CountingProxy {
  private constructor(
    readonly port: number,
    private readonly sent: readonly Buffer[][],
    readonly close: () => void,
  ) {}

  static async start(to: number): Promise<CountingProxy> {
    const sent: Buffer[][] = [];
    const server = createServer((client) => {
      const bytes: Buffer[] = [];
      sent.push(bytes);
      const upstream = connect({ host: '127.0.0.1', port: to, noDelay: true });
      client.on('data', (chunk: Buffer) => bytes.push(chunk));
      client.pipe(upstream).pipe(client);
      for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new CountingProxy((server.address() as AddressInfo).port, sent, () => server.close());
  }

  /** One for each connection that was made, in order. */
  get connections(): Said[] {
    return this.sent.map((chunks) => read(Buffer.concat(chunks)));
  }
}

/** Reads the client's side of RFC 4253: a line, then packets in plain text until its NEWKEYS. */
function read(bytes: Buffer): Said {
  const numbers: number[] = [];
  let at = bytes.indexOf('\r\n') + 2;
  while (at >= 2 && at + 6 <= bytes.length && numbers.at(-1) !== message.newKeys) {
    numbers.push(bytes.readUInt8(at + 5));
    at += 4 + bytes.readUInt32BE(at);
  }
  return { numbers, encryptedBytes: Math.max(0, bytes.length - at) };
}
