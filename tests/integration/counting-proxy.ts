import { connect, createServer, type AddressInfo } from 'node:net';

/** Message numbers of ssh (RFC 4253, 12; RFC 5656, 7.1). */
export const message = { disconnect: 1, kexInit: 20, newKeys: 21, ecdhInit: 30 } as const;

/** What a client sent to an ssh server before encryption starts. */
export interface Said {
  /** Numbers of the plaintext messages, in order. */
  numbers: number[];
  /** Bytes sent after the key exchange: the service request, authentication and everything after. */
  encryptedBytes: number;
}

/** A relay to a port of 127.0.0.1 that records all bytes from clients. */
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

  /** One for each connection, in order. */
  get connections(): Said[] {
    return this.sent.map((chunks) => read(Buffer.concat(chunks)));
  }
}

/** Parses the client's side of RFC 4253: a line, then plaintext packets until NEWKEYS. */
function read(bytes: Buffer): Said {
  const numbers: number[] = [];
  let at = bytes.indexOf('\r\n') + 2;
  while (at >= 2 && at + 6 <= bytes.length && numbers.at(-1) !== message.newKeys) {
    numbers.push(bytes.readUInt8(at + 5));
    at += 4 + bytes.readUInt32BE(at);
  }
  return { numbers, encryptedBytes: Math.max(0, bytes.length - at) };
}
