/** The parts of multicast-dns 7.2 that `question.ts` uses. The package has no types. */
declare module 'multicast-dns' {
  import type { Socket } from 'node:dgram';
  import type { EventEmitter } from 'node:events';

  interface Record {
    name: string;
    type: string;
    data?: unknown;
  }

  interface Wire extends EventEmitter {
    on(
      event: 'response',
      listener: (packet: { answers: Record[]; additionals: Record[] }, from: { address: string }) => void,
    ): this;
    on(event: 'error', listener: (error: Error) => void): this;
    query(
      packet: { questions: { name: string; type: string }[] },
      to: { address: string; port: number },
    ): void;
    destroy(): void;
  }

  export default function multicastDns(options: {
    socket: Socket;
    port: number;
    bind: false;
    multicast: false;
  }): Wire;
}
