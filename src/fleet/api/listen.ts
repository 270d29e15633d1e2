import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { CollabError, ExitCode, messageOf } from '../../errors.js';

export interface ListenPlace {
  address: string;
  /** 0 for any that is free. */
  port: number;
  /** Certificate and key, PEM; null for plain HTTP. */
  tls: { cert: string; key: string } | null;
}

/** A server that listens. */
export interface Listening extends AsyncDisposable {
  port: number;
}

const connectionsAtMost = 256;
/** A connection on which nothing is sent for so long is closed; events have a heartbeat. */
const idleMs = 60_000;
const headersMs = 10_000;

/** @throws CollabError `api-not-listening` */
export async function listen(place: ListenPlace, listener: RequestListener): Promise<Listening> {
  // Files may take long to send: what ends a request is silence.
  const options = { requestTimeout: 0, headersTimeout: headersMs };
  const server: Server =
    place.tls === null
      ? createServer(options, listener)
      : createTlsServer({ ...options, ...place.tls, minVersion: 'TLSv1.2' }, listener);
  server.maxConnections = connectionsAtMost;
  server.setTimeout(idleMs);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(notListening(place, error)));
    server.listen(place.port, place.address, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function notListening({ address, port }: ListenPlace, error: Error): CollabError {
  return new CollabError('api-not-listening', {
    what: `The API cannot listen on ${address} port ${port}.`,
    why: (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'The port is in use.' : messageOf(error),
    next: 'Choose another one: --port 0 takes any that is free.',
    exitCode: ExitCode.usage,
  });
}
