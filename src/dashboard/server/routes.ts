import type { Sent } from './changes.js';

/** What a browser asks of a route. */
export interface RouteAsked {
  /** A part of the path, decoded: `:id` of `/runs/:id`. */
  part(name: string): string;
  /** A value behind the `?`; null if it is not there. */
  query(name: string): string | null;
  /** The body. @throws SyntaxError if it is not JSON */
  json(): Promise<unknown>;
  /** Aborts when the browser is gone, or the server ends. */
  readonly signal: AbortSignal;
}

/** What a route answers. */
export type RouteAnswer =
  | { readonly json: unknown }
  /** A page of its own, as a report is: it may run its scripts, but has none of the rights of this server's pages. */
  | { readonly page: string | Uint8Array }
  /** Server-sent events, until the iteration ends. */
  | { readonly events: AsyncIterable<Sent> };

/** A path of the server that is for whoever was let in. `GET` changes nothing; others are refused where the dashboard only shows. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As hono has it: `/runs/:id`. */
  readonly path: string;
  /** @throws CollabError refused with status 400, and its words */
  readonly answer: (asked: RouteAsked) => Promise<RouteAnswer>;
}
