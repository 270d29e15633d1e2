import { z } from 'zod';
import type { Endpoint } from './endpoint.js';
import { endpoints } from './endpoints.js';
import { named } from './schemas.js';

type Json = Record<string, unknown>;

/** Statuses that every call may have. */
export const commonRefusals: Readonly<Record<number, string>> = {
  400: 'The request cannot be used as it is.',
  401: 'There is no token, or it is not valid.',
  500: 'A fault inside collab.',
  503: 'The fleet does not answer now. `Retry-After` says when to ask again.',
};
export const otherRefusals: Readonly<Record<number, string>> = {
  403: 'This user may not do that.',
  404: 'There is no such thing.',
  409: 'It does not fit the state of what is there, or the name is ambiguous.',
  413: 'The body, or what it means, is too large.',
  507: 'A disk of the fleet is almost full.',
};

const prefix = '#/components/schemas/';

/** The OpenAPI document (3.1) of the API, made from the table that the server works by. */
export function openApi(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const [name, endpoint] of Object.entries(endpoints)) {
    const path = (paths[endpoint.path] ??= {});
    path[endpoint.method.toLowerCase()] = operation(name, endpoint);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'collab',
      version,
      description: 'Members, jobs, files and runs of a fleet. docs/api.md says how to get a token.',
    },
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: components(),
    },
  };
}

function operation(name: string, endpoint: Endpoint): Json {
  const { group, summary, parameters, query, headers } = endpoint;
  const all = [
    ...parametersOf('path', parameters),
    ...parametersOf('query', query),
    ...parametersOf('header', headers),
  ];
  return {
    operationId: name,
    tags: [group],
    summary,
    ...(all.length > 0 && { parameters: all }),
    ...bodyOf(endpoint),
    responses: responsesOf(endpoint),
  };
}

function parametersOf(place: 'path' | 'query' | 'header', schema: z.ZodObject | undefined): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...form }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema: form,
  }));
}

function bodyOf({ body, takes }: Endpoint): Json {
  if (takes === 'bytes')
    return {
      requestBody: {
        required: true,
        content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
      },
    };
  if (body === undefined) return {};
  return {
    requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
  };
}

function responsesOf({ gives, answer, status, refusals }: Endpoint): Json {
  const bytes = { schema: { type: 'string', format: 'binary' } };
  const content =
    gives === 'bytes'
      ? { 'application/octet-stream': bytes }
      : gives === 'events'
        ? // Generators take this for the data of each event.
          { 'text/event-stream': { schema: schemaOf(answer ?? z.unknown(), 'output') } }
        : { 'application/json': { schema: schemaOf(answer ?? z.unknown(), 'output') } };
  const fault = { 'application/json': { schema: { $ref: `${prefix}Fault` } } };
  const texts: Readonly<Record<number, string>> = { ...commonRefusals, ...otherRefusals };
  const all = [400, 401, ...refusals, 500, 503].sort((a, b) => a - b);
  return {
    [status]: { description: 'As asked.', content },
    ...Object.fromEntries(
      all.map((one) => [String(one), { description: texts[one] ?? 'Refused.', content: fault }]),
    ),
  };
}

/** What a client sends; everything else it only reads. */
const sent = ['NewJob', 'JobDefinition'];

const registry = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });

function components(): Json {
  return Object.fromEntries(
    Object.entries(named).map(([id, schema]) => {
      const io = sent.includes(id) ? 'input' : 'output';
      return [id, cleaned(rootOf(id, jsonSchemaOf(schema, io)), io)];
    }),
  );
}

/** A schema by itself may come as a reference to its definition. */
function rootOf(id: string, whole: Json): Json {
  const { $defs } = whole as { $defs?: Record<string, Json> };
  return typeof whole.$ref === 'string' ? ($defs?.[id] ?? whole) : whole;
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  for (const [id, one] of Object.entries(named))
    if (one === (schema as unknown)) return { $ref: `${prefix}${id}` };
  return cleaned(jsonSchemaOf(schema, io), io);
}

function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  return z.toJSONSchema(schema, {
    io,
    metadata: registry,
    unrepresentable: 'any',
    // Descriptions are in another registry than our names.
    override: ({ zodSchema, jsonSchema }) => {
      const { description } = z.globalRegistry.get(zodSchema) ?? {};
      if (description !== undefined) jsonSchema.description = description;
    },
  });
}

/**
 * References lead to the components. Of answers, keys that are not listed are not excluded: later versions may add some.
 */
function cleaned(schema: Json, io: 'input' | 'output'): Json {
  const dropped = ['$schema', '$defs', 'id'];
  return inner(Object.fromEntries(Object.entries(schema).filter(([key]) => !dropped.includes(key)))) as Json;

  function inner(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(inner);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).flatMap(([key, one]: [string, unknown]): [string, unknown][] => {
      if (key === '$ref' && typeof one === 'string') return [[key, one.replace('#/$defs/', prefix)]];
      if (key === 'additionalProperties' && one === false && io === 'output') return [];
      // `format` says the same.
      if (key === 'pattern' && Object.hasOwn(value, 'format')) return [];
      return [[key, inner(one)]];
    });
    return Object.fromEntries(entries);
  }
}
