import type { z } from 'zod';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One call of the API. The specification, the checks of the server and the tests are made from it. */
export interface Endpoint {
  readonly method: Method;
  /** `{name}` stands for a parameter. `{name}` of a file may have slashes, and then ends the path. */
  readonly path: string;
  readonly group: 'fleet' | 'jobs' | 'inference' | 'files' | 'runs' | 'events';
  /** In one sentence. */
  readonly summary: string;
  readonly parameters?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** Request headers that are read, in lower case. */
  readonly headers?: z.ZodObject;
  /** Of a JSON body. */
  readonly body?: z.ZodType;
  /** `bytes`: the body is the content of a file. */
  readonly takes?: 'bytes';
  readonly gives: 'json' | 'bytes' | 'events';
  /** Of the JSON answer, or of the data of each event. Bytes have none. */
  readonly answer?: z.ZodType;
  /** Of a success. */
  readonly status: 200 | 201;
  /** Statuses of refusals, beside those that every call has. */
  readonly refusals: readonly number[];
}

type Parsed<E, Key extends string> =
  E extends Readonly<Record<Key, infer Schema extends z.ZodType>> ? z.output<Schema> : null;

/** What a call brings, checked. */
export interface Call<E extends Endpoint> {
  parameters: Parsed<E, 'parameters'>;
  query: Parsed<E, 'query'>;
  headers: Parsed<E, 'headers'>;
  body: Parsed<E, 'body'>;
  /** The body of a call that takes bytes. */
  content: AsyncIterable<Uint8Array>;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
}

/** Bytes that are sent as they are fetched. */
export interface Content {
  type: string;
  headers: Readonly<Record<string, string>>;
  /** @throws while it is read: the client gets less than `content-length` */
  bytes: AsyncIterable<Uint8Array>;
}

/** A server-sent event. */
export interface SentEvent {
  id: string;
  event: string;
  data: unknown;
}

export type Answer<E extends Endpoint> = E['gives'] extends 'json'
  ? E extends { readonly answer: infer Schema extends z.ZodType }
    ? z.input<Schema>
    : never
  : E['gives'] extends 'bytes'
    ? Content
    : AsyncIterable<SentEvent>;
