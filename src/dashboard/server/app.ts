import type { Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { CollabError, ExitCode, messageOf } from '../../index.js';
import type { Hub } from '../live/index.js';
import { changesFor } from './changes.js';
import { type Place, refusalOf } from './guard.js';
import type { History } from './history.js';
import type { PageFiles } from './page-files.js';
import type { DashboardParts, Visitors } from './parts.js';
import type { Route } from './routes.js';
import { cookieFor, cookieOf, type Sessions, type Visitor } from './sessions.js';
import { bodyFault, withUpload } from './uploads.js';

type Bindings = { Bindings: HttpBindings; Variables: { visitor: Visitor } };

/** Scripts and styles come from this server only, and nothing may frame the page or send its address elsewhere. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers: Readonly<Record<string, string>> = {
  'content-security-policy': policy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};
const mostLinkBytes = 200;
const minVersion = 'TLSv1.2' as const;
/** Files of users are never a page of this server. */
const filePolicy = "default-src 'none'; sandbox";
/**
 * A page that collab made, as a report: it is one file with its script and styles, and shows what devices said. It has an origin of
 * its own, so that it reaches neither the session nor the calls of this server; pages of this server may frame it.
 */
const foreignPagePolicy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; frame-ancestors 'self'; sandbox allow-scripts allow-downloads";

export interface AppParts extends Pick<
  DashboardParts,
  'api' | 'clock' | 'fleet' | 'folder' | 'log' | 'readOnly' | 'routes' | 'submit' | 'version' | 'views'
> {
  readonly hub: Hub;
  readonly history: History;
  readonly sessions: Sessions;
  readonly files: PageFiles;
  readonly place: () => Place;
  readonly tls: Tls | null;
  readonly visitors: Visitors;
  /** Called after a browser was let in, or put out. */
  readonly onEntry: () => Promise<void>;
  readonly closing: AbortSignal;
}

/** Certificate and key, PEM. */
export interface Tls {
  readonly cert: string;
  readonly key: string;
}

/** The server of the dashboard, which does not listen yet. */
export function dashboardServer(parts: AppParts): Server {
  const { hub, history, sessions, files, clock, closing, visitors, tls } = parts;
  const app = new Hono<Bindings>();
  app.use(async (c, next) => {
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    const asked = {
      method: c.req.method,
      host: c.req.header('host'),
      origin: c.req.header('origin'),
      fetchSite: c.req.header('sec-fetch-site'),
    };
    // A program asks for a link, and shows a token, which no page has.
    const isProgram = c.req.path === '/links';
    const refusal = refusalOf(isProgram ? { ...asked, method: 'GET' } : asked, parts.place());
    if (refusal !== null) return c.text(`${refusal.why}\n`, refusal.status);
    await next();
    return undefined;
  });
  // The secret of a link is behind the path, where neither servers nor browsers log or send it: the page posts it.
  app.get('/enter', (c) => sent(c, files.at('/enter.html')));
  app.post('/enter', async (c) => {
    // Whoever has no session yet may send no more than a link has.
    if (!(Number(c.req.header('content-length')) <= mostLinkBytes))
      return c.body(null, 413, { connection: 'close' });
    const secret = sessions.enter((await c.req.text()).trim());
    if (secret === null) return c.text('This link was used already, or is too old.\n', 403);
    await parts.onEntry();
    return c.body(null, 204, { 'set-cookie': cookie(secret) });
  });
  app.post('/links', async (c) => {
    const [, token = ''] = /^Bearer (\S{1,2000})$/.exec(c.req.header('authorization') ?? '') ?? [];
    const found = await visitors.ofToken(token);
    return 'refused' in found
      ? c.json({ what: found.refused }, 403)
      : c.json({ link: sessions.newLink(found) });
  });
  app.get('/assets/*', (c) => {
    const file = files.at(c.req.path);
    return file === null ? c.text('There is no such file.\n', 404) : sent(c, file);
  });
  app.use(async (c, next) => {
    const secret = cookieOf(c.req.header('cookie'), parts.place().port);
    const visitor = sessions.visitor(secret);
    if (secret !== null && visitor !== null && (await stays(visitor))) {
      c.set('visitor', visitor);
      // The browser keeps the cookie for as long as the server keeps the session: from the last use on.
      c.header('set-cookie', cookie(secret));
      return next();
    }
    if (c.req.method === 'GET' && (c.req.header('accept') ?? '').includes('text/html'))
      return sent(c, files.at('/closed.html'), 401);
    return refused(c, 401, notIn());
  });
  app.get('/live', (c) =>
    streamSSE(c, async (stream) => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      await stream.writeSSE({ event: 'about', data: JSON.stringify(aboutOf(parts)) });
      for await (const sentNow of changesFor(hub, clock, AbortSignal.any([closing, gone.signal]))) {
        if (!(await stays(c.get('visitor')))) break;
        await stream.writeSSE(sentNow);
      }
    }),
  );
  app.get('/history/:member', (c) => c.json({ readings: history.of(c.req.param('member')) }));
  app.use(async (c, next) => {
    const { method } = c.req;
    const reads = method === 'GET' || method === 'HEAD';
    if (parts.readOnly && !reads) return refused(c, 403, readOnly());
    const fault =
      method === 'PUT' || c.req.path === '/submit' ? bodyFault(c.req.header('content-length')) : null;
    if (fault !== null) return refused(c, fault.status, fault.fault);
    await next();
    return undefined;
  });
  app.post('/submit', async (c) => {
    const { incoming } = c.env;
    const given = (name: string) => c.req.query(name)?.trim() ?? '';
    const written = {
      name: given('name') === '' ? null : given('name'),
      command: given('command') === '' ? null : given('command'),
      pool: given('pool') === '' ? [] : given('pool').split(/[\s,]+/),
    };
    try {
      const upload = { folder: parts.folder, name: 'job.zip' };
      const submit = (zip: string) => parts.submit(zip, written, c.get('visitor').name);
      return c.json({ id: await withUpload(incoming, upload, submit) }, 201);
    } catch (error) {
      if (!(error instanceof CollabError)) throw error;
      return refused(c, error.name === 'upload-too-large' ? 413 : 400, error);
    }
  });
  for (const route of parts.routes) app.on(route.method, route.path, (c) => routed(c, route, parts.closing));
  app.all('/v1/*', (c) => {
    const { incoming, outgoing } = c.env;
    for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
    outgoing.setHeader('content-security-policy', filePolicy);
    parts.api(incoming, outgoing, c.get('visitor').name);
    return RESPONSE_ALREADY_SENT;
  });
  app.get('*', (c) =>
    files.isView(c.req.path) ? sent(c, files.at('/index.html')) : sent(c, files.at('/index.html'), 404),
  );
  app.onError((error, c) => {
    parts.log(`${c.req.method} ${c.req.path}: ${messageOf(error)}`);
    return c.text('Something went wrong in the dashboard.\n', 500);
  });
  const secured =
    tls === null ? {} : { createServer: createTlsServer, serverOptions: { ...tls, minVersion } };
  return createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false, ...secured }) as Server;

  function cookie(secret: string): string {
    return cookieFor(secret, { port: parts.place().port, isSecure: tls !== null });
  }

  async function stays(visitor: Visitor): Promise<boolean> {
    if (await visitors.mayStay(visitor)) return true;
    sessions.end(visitor);
    await parts.onEntry();
    return false;
  }
}

const aboutOf = ({ fleet, readOnly, version, views }: AppParts) => ({
  fleet,
  read_only: readOnly,
  version,
  views,
});

/** Answers a route. */
async function routed(c: Context<Bindings>, { answer }: Route, closing: AbortSignal): Promise<Response> {
  const gone = new AbortController();
  const signal = AbortSignal.any([closing, gone.signal, c.req.raw.signal]);
  try {
    const answered = await answer({
      part: (name) => c.req.param(name) ?? '',
      query: (name) => c.req.query(name) ?? null,
      json: () => c.req.json(),
      signal,
    });
    if ('json' in answered) return c.json(answered.json);
    if ('page' in answered) {
      const content = typeof answered.page === 'string' ? answered.page : new Uint8Array(answered.page);
      return c.body(content, 200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': foreignPagePolicy,
        'x-frame-options': 'SAMEORIGIN',
      });
    }
    return streamSSE(c, async (stream) => {
      stream.onAbort(() => gone.abort());
      for await (const sentNow of answered.events) await stream.writeSSE(sentNow);
    });
  } catch (error) {
    if (error instanceof SyntaxError) return refused(c, 400, noJson());
    if (!(error instanceof CollabError)) throw error;
    return refused(c, 400, error);
  }
}

function sent(
  c: Context<Bindings>,
  file: ReturnType<PageFiles['at']>,
  status: 200 | 401 | 404 = 200,
): Response {
  if (file === null) return c.text('There is no such file.\n', 404);
  return c.body(new Uint8Array(file.content), status, { 'content-type': file.type });
}

/** A refusal, as the API answers it. */
function refused(
  c: Context<Bindings>,
  status: 400 | 401 | 403 | 411 | 413,
  { name, what, why, next }: CollabError,
): Response {
  // What is left of a body is not read.
  return c.json({ name, what, why: why ?? null, next }, status, status >= 411 ? { connection: 'close' } : {});
}

const notIn = () =>
  new CollabError('dashboard-closed', {
    what: 'This browser is not let in.',
    next: 'Open a new link: collab dashboard --link, or, of a keeper, collab dashboard --keeper',
    exitCode: ExitCode.usage,
  });

const noJson = () =>
  new CollabError('not-json', {
    what: 'What was sent is not JSON.',
    next: 'Reload the page.',
    exitCode: ExitCode.usage,
  });

const readOnly = () =>
  new CollabError('dashboard-read-only', {
    what: 'This dashboard only shows.',
    why: 'It was started with --read-only.',
    next: 'Start one without it: collab dashboard',
    exitCode: ExitCode.usage,
  });
