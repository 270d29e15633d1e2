import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../../errors.js';
import type { Caller } from './caller.js';
import type { Answer, Call, Content, Endpoint, SentEvent } from './endpoint.js';
import { type EndpointName, endpoints, type Endpoints } from './endpoints.js';
import { refusalOf, retryAfterS } from './faults.js';
import { fileHandlers } from './file-handlers.js';
import { fleetHandlers } from './fleet-handlers.js';
import { inferenceHandlers } from './inference-handlers.js';
import { jobHandlers } from './job-handlers.js';
import { memberHandlers } from './member-handlers.js';
import { openApi } from './openapi.js';
import { readRequest } from './request.js';
import { routeOf } from './routes.js';

type Handlers = {
  [Name in EndpointName]: (caller: Caller, call: Call<Endpoints[Name]>) => Promise<Answer<Endpoints[Name]>>;
};
const handlers: Handlers = {
  ...fileHandlers,
  ...fleetHandlers,
  ...inferenceHandlers,
  ...jobHandlers,
  ...memberHandlers,
};
type AnyHandler = (caller: Caller, call: Call<Endpoint>) => Promise<unknown>;

/** A comment keeps a connection without events open, and shows a client that it is. */
const heartbeatMs = 15_000;

export interface ListenerParts {
  /** Who has this token; null: the request has none. @throws CollabError `api-unauthorized` */
  enter: (token: string | null) => Promise<Caller>;
  /** One line of the log. */
  log: (line: string) => void;
  version: string;
}

/** Answers requests: finds the endpoint, lets the user in, checks what was sent, and writes the answer. */
export function apiListener({ enter, log, version }: ListenerParts): RequestListener {
  return (request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    answer(request, response, gone.signal).catch((error: unknown) => {
      refuse(request, response, error, log);
    });
  };

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const [path, query] = splitOnce(request.url ?? '');
    if (path === '/v1/openapi.json' && request.method === 'GET') {
      writeJson(response, 200, openApi(version));
      return;
    }
    const caller = await enter(tokenOf(request));
    const route = routeOf(request.method ?? '', path);
    const endpoint: Endpoint = endpoints[route.name];
    const parts = await readRequest(endpoint, route.parameters, new URLSearchParams(query), request);
    const call = { ...parts, content: request as AsyncIterable<Uint8Array>, signal };
    // What each handler gets and gives was checked against the same entry of the table.
    const handle = handlers[route.name] as unknown as AnyHandler;
    const given = await handle(caller, call as Call<Endpoint>);
    if (endpoint.gives === 'json') writeJson(response, endpoint.status, given);
    else if (endpoint.gives === 'bytes') await writeContent(response, given as Content, signal);
    else await writeEvents(response, given as AsyncIterable<SentEvent>);
  }
}

const common = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

function writeJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { ...common, 'content-type': 'application/json; charset=utf-8' });
  response.end(`${JSON.stringify(value)}\n`);
}

async function writeContent(
  response: ServerResponse,
  { type, headers, bytes }: Content,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, { ...common, 'content-type': type, ...headers });
  await pipeline(Readable.from(bytes, { highWaterMark: 1 }), response, { signal });
}

async function writeEvents(response: ServerResponse, events: AsyncIterable<SentEvent>): Promise<void> {
  response.writeHead(200, { ...common, 'content-type': 'text/event-stream; charset=utf-8' });
  response.write(`retry: ${retryAfterS * 1000}\n\n`);
  const beat = setInterval(() => response.write(': still here\n\n'), heartbeatMs);
  try {
    for await (const { id, event, data } of events) {
      const isTaken = response.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      if (!isTaken) await drained(response);
    }
    response.end();
  } finally {
    clearInterval(beat);
  }
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });

/** An answer that has begun can only be cut off: its length, or its end, shows it. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  log: (line: string) => void,
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { status, fault } = refusalOf(error);
  if (status === 500) log(`${request.method ?? ''} ${request.url ?? ''}: ${messageOf(error)}`);
  if (status === 401) response.setHeader('www-authenticate', 'Bearer');
  if (status === 503) response.setHeader('retry-after', String(retryAfterS));
  // What is left of the body is not read.
  if (!request.complete) response.setHeader('connection', 'close');
  writeJson(response, status, fault);
}

function tokenOf({ headers }: IncomingMessage): string | null {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

function splitOnce(url: string): [string, string] {
  const at = url.indexOf('?');
  return at === -1 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
}
