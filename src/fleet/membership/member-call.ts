import { request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent, request as tlsRequest } from 'node:https';

/** Where a member answers, and what proves that it is that member. */
export interface MemberPlace {
  host: string;
  port: number;
  /** Certificate of the fleet's authority, PEM; null: plain HTTP. */
  ca: string | null;
  /** Name that the member's certificate must have; null: the address. */
  servername: string | null;
  token: string | null;
  /** Connections that stay open between calls; without, each call has a new one. */
  kept?: KeptConnections | undefined;
}

export type KeptConnections = Agent;

/** For whoever asks the same members again and again: a handshake costs each side more than the answer. */
export const keptConnections = (): KeptConnections => new Agent({ keepAlive: true, maxFreeSockets: 1 });

export interface MemberCall {
  method: 'GET' | 'POST';
  path: string;
  /** Sent as JSON. */
  body?: unknown;
  /** How long the member may say nothing: before its answer, and between two pieces of it. */
  silenceMs: number;
  signal: AbortSignal;
}

/** A member said nothing for too long. */
export class SilenceError extends Error {}

/**
 * Sends a call and returns the answer when its headers are there. A call that only reads may go over a kept connection; if the member
 * had closed it meanwhile, the call is sent again over a new one.
 * @throws Error of node:http or node:tls; AbortError if the signal aborts
 */
export async function callMember(place: MemberPlace, call: MemberCall): Promise<IncomingMessage> {
  try {
    // Only what may be sent twice goes over a connection that the member may have closed just now.
    return await callOver(call.method === 'GET' ? (place.kept ?? false) : false, place, call);
  } catch (error) {
    if (!(error instanceof StaleConnection)) throw error;
    return callOver(false, place, call);
  }
}

class StaleConnection extends Error {}

function callOver(
  agent: KeptConnections | false,
  place: MemberPlace,
  call: MemberCall,
): Promise<IncomingMessage> {
  const body = call.body === undefined ? null : JSON.stringify(call.body);
  const options: RequestOptions = {
    host: place.host,
    port: place.port,
    method: call.method,
    path: call.path,
    agent,
    timeout: call.silenceMs,
    signal: call.signal,
    headers: {
      accept: 'application/json, text/event-stream',
      ...(place.token !== null && { authorization: `Bearer ${place.token}` }),
      ...(body !== null && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    },
  };
  return new Promise((resolve, reject) => {
    const sent =
      place.ca === null
        ? plainRequest(options, resolve)
        : tlsRequest(
            {
              ...options,
              ca: place.ca,
              minVersion: 'TLSv1.2',
              ...(place.servername !== null && { servername: place.servername }),
            },
            resolve,
          );
    sent.on('error', (error) => {
      const isStale = sent.reusedSocket && !(error instanceof SilenceError);
      reject(isStale && !call.signal.aborted ? new StaleConnection() : error);
    });
    // Node only reports the silence of a connection; the one who asked ends it.
    sent.on('timeout', () => sent.destroy(new SilenceError(`no answer within ${call.silenceMs / 1000} s`)));
    sent.end(body ?? '');
  });
}

/** An answer as text. @throws Error if it is longer than `mostBytes`, or the connection breaks */
export async function textOf(answer: IncomingMessage, mostBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > mostBytes) throw new Error(`the answer is longer than ${mostBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Whether a connection failed because the certificate does not fit, and not because of the network. */
export function isCertificateFault(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && certificateCodes.test(code);
}

/** The codes of OpenSSL's verification that node:tls passes on, and its own for the name. */
const certificateCodes =
  /^(?:ERR_TLS_CERT_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF|DECODE_ISSUER)|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)/;
