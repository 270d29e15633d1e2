import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Endpoint } from './endpoint.js';
import { badRequest, notJson, tooLarge } from './faults.js';

/** A definition travels in one message of the broker, so a larger one would be refused anyway. */
const mostJsonBytes = 4_000_000;

/**
 * The parts of a request that an endpoint reads, checked.
 * @throws CollabError `api-bad-request`, `api-not-json`, `api-too-large`
 */
export async function readRequest(
  endpoint: Endpoint,
  parameters: Readonly<Record<string, string>>,
  query: URLSearchParams,
  request: IncomingMessage,
): Promise<Record<'parameters' | 'query' | 'headers' | 'body', unknown>> {
  return {
    parameters: checked('path', endpoint.parameters, parameters),
    query: checked('query', endpoint.query ?? z.strictObject({}), oneOfEach(query)),
    headers: checked('header', endpoint.headers, request.headers),
    body: endpoint.body === undefined ? null : checked('body', endpoint.body, await readJson(request)),
  };
}

function checked(where: string, schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return null;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw badRequest(where, lines.join('\n'));
}

function oneOfEach(query: URLSearchParams): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [key, value] of query) {
    if (Object.hasOwn(values, key)) throw badRequest('query', `${key} is there twice`);
    values[key] = value;
  }
  return values;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) throw notJson();
  if (Number(request.headers['content-length'] ?? 0) > mostJsonBytes) throw tooLarge(mostJsonBytes);
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    if (bytes > mostJsonBytes) throw tooLarge(mostJsonBytes);
    pieces.push(piece);
  }
  const text = Buffer.concat(pieces).toString();
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('body', 'It is not JSON.');
  }
}
