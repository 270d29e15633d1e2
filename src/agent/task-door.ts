import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { CollabError, messageOf } from '../errors.js';
import { type FileStore, type FileVersion, namePattern } from '../fleet/index.js';
import { badRequest, statusOf } from './task-door-errors.js';

/** Requests that are carried out at the same time; others wait. Each may hold some MiB of a file. */
const mostAtOnce = 4;
/** Above that, connections are closed at once: each costs the agent a descriptor. */
const mostConnections = 256;
/** Of Linux. */
const longestSocketPath = 107;

/** Where programs of the device find it, below the member's state folder. */
export const doorFolder = 'door';
export const doorSocket = 'store.sock';

/** The file store for programs of this device: HTTP over a Unix socket, which only those reach to whom it is given. */
export class TaskDoor implements AsyncDisposable {
  readonly #server: Server;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** @param openStore called for each request, so that a store that is made later is found */
  constructor(
    private readonly path: string,
    private readonly openStore: () => Promise<FileStore>,
  ) {
    this.#server = createServer({ requestTimeout: 0, headersTimeout: 10_000 }, (request, response) => {
      void this.#turn(() => this.#answer(request, response));
    });
    this.#server.maxConnections = mostConnections;
  }

  /** @throws Error if the path is too long for a socket, also from the current folder */
  async open(): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    // Left by an agent that was killed.
    await rm(this.path, { force: true });
    const fromHere = relative(process.cwd(), this.path);
    const path = Buffer.byteLength(fromHere) < Buffer.byteLength(this.path) ? fromHere : this.path;
    if (Buffer.byteLength(path) > longestSocketPath)
      throw new Error(`${this.path} is too long a path for a socket (${longestSocketPath} bytes)`);
    this.#server.listen(path);
    await once(this.#server, 'listening');
    await chmod(this.path, 0o660);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await rm(this.path, { force: true });
  }

  async #turn(act: () => Promise<void>): Promise<void> {
    if (this.#running >= mostAtOnce) await new Promise<void>((go) => this.#waiting.push(go));
    this.#running += 1;
    try {
      await act();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Who asked went while it waited: nothing would ever take an answer.
    if (response.destroyed) return;
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      // Not URL, which would take a name with `..` for another name.
      const [path = '', query = ''] = (request.url ?? '').split('?', 2);
      const url = { path, query: new URLSearchParams(query) };
      const store = await this.openStore();
      await route(store, { request, response, url, signal: gone.signal });
    } catch (error) {
      // Cut: whoever reads must not take what came for the whole.
      if (response.headersSent) response.destroy();
      else sendError(response, error);
    }
  }
}

interface Asked {
  path: string;
  query: URLSearchParams;
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  url: Asked;
  signal: AbortSignal;
}

async function route(store: FileStore, exchange: Exchange): Promise<void> {
  const { request, response, url } = exchange;
  const action = `${request.method ?? ''} /${url.path.split('/')[1] ?? ''}`;
  if (action === 'GET /files' && /^\/files\/?$/.test(url.path)) {
    await sendList(store, exchange);
    return;
  }
  const name = nameIn(url);
  switch (action) {
    case 'GET /files':
      await sendFile(store, name, exchange);
      return;
    case 'PUT /files':
      sendJson(response, 201, wire(await putFile(store, name, exchange)));
      return;
    case 'DELETE /files':
      sendJson(response, 200, { removed: await store.remove(name) });
      return;
    case 'GET /versions':
      sendJson(response, 200, (await store.versions(name)).map(wire));
      return;
    default:
      throw badRequest('There is nothing to do here.', 'Use GET, PUT or DELETE of /files/<name>.');
  }
}

/** A device has no private files, so names of them are refused before anything is read. */
function nameIn({ path }: Asked): string {
  let name: string;
  try {
    name = decodeURIComponent(path.replace(/^\/[^/]*\//, ''));
  } catch {
    throw badRequest('The name is not UTF-8.', 'Escape each byte of it with %.');
  }
  if (name === 'private' || name.startsWith('private/'))
    throw badRequest('A task has no private files.', 'Use a name that does not begin with private/.');
  return name;
}

async function sendList(store: FileStore, { response, url, signal }: Exchange): Promise<void> {
  const pattern = namePattern(url.query.get('pattern') ?? '');
  response.setHeader('Content-Type', 'application/x-ndjson');
  for await (const file of store.list(pattern.folder, signal)) {
    if (!pattern.matches(file.name) || file.name.startsWith('private/')) continue;
    if (!response.write(`${JSON.stringify(wire(file))}\n`)) await once(response, 'drain', { signal });
  }
  response.end();
}

async function sendFile(store: FileStore, name: string, { response, url, signal }: Exchange): Promise<void> {
  const version = url.query.get('version');
  if (version !== null && !/^[1-9]\d{0,8}$/.test(version))
    throw badRequest('The version is not a number.', 'Give a number from 1 up, or none for the newest.');
  const opened = await store.open(name, version === null ? undefined : Number(version), signal);
  const { file } = opened;
  if (file.kind !== 'file') throw badRequest(`${name} is a ${file.kind}, not a file.`, 'Ask for a file.');
  response.setHeader('Content-Type', 'application/octet-stream');
  response.setHeader('Content-Length', file.sizeBytes);
  response.setHeader('X-Collab-File', encodeURIComponent(JSON.stringify(wire(file))));
  for await (const chunk of opened.content())
    if (!response.write(chunk)) await once(response, 'drain', { signal });
  response.end();
}

async function putFile(
  store: FileStore,
  name: string,
  { request, url, signal }: Exchange,
): Promise<FileVersion> {
  const mode = url.query.get('mode') ?? '644';
  if (!/^[0-7]{3,4}$/.test(mode)) throw badRequest('The mode is not octal.', 'Give it like 644.');
  const content = () => request as AsyncIterable<Uint8Array>;
  const file = { name, kind: 'file', mode: parseInt(mode, 8), target: null, content } as const;
  const [put] = await store.put([file], { signal });
  if (put === undefined) throw new TypeError('the store returned no version');
  return put;
}

const wire = (file: FileVersion) => ({
  name: file.name,
  version: file.version,
  kind: file.kind,
  size_bytes: file.sizeBytes,
  sha256: file.sha256,
  mode: file.mode,
  owner: file.owner,
  put_at: file.putAt.toISOString(),
  target: file.target,
});

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const text = `${JSON.stringify(value)}\n`;
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

function sendError(response: ServerResponse, error: unknown): void {
  const known = error instanceof CollabError ? error : null;
  response.setHeader('Connection', 'close');
  sendJson(response, statusOf(known?.name ?? null), {
    error: known?.name ?? 'internal',
    what: known?.what ?? messageOf(error),
    why: known?.why ?? null,
    next: known?.next ?? null,
  });
}
