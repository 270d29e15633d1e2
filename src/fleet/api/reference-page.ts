import { z } from 'zod';
import type { Endpoint } from './endpoint.js';
import { endpoints } from './endpoints.js';
import { openApi } from './openapi.js';

/** The generated part of docs/api.md; `npm run api` writes it. */
export const apiMarks = ['<!-- from the tables in src/fleet/api: npm run api -->', '<!-- end -->'] as const;

const groups: Readonly<Record<Endpoint['group'], string>> = {
  fleet: 'Fleet',
  jobs: 'Jobs',
  inference: 'Inference',
  files: 'Files',
  runs: 'Runs',
  events: 'Events',
};

/** The page with its generated part replaced. Throws when the marks are missing. */
export function withApi(page: string): string {
  const begin = page.indexOf(apiMarks[0]);
  const end = page.indexOf(apiMarks[1]);
  if (begin < 0 || end < begin) throw new TypeError(`docs/api.md must contain ${apiMarks.join(' and ')}`);
  return `${page.slice(0, begin + apiMarks[0].length)}\n\n${reference()}\n\n${page.slice(end)}`;
}

function reference(): string {
  const all = Object.entries(endpoints) as [string, Endpoint][];
  const calls = (Object.keys(groups) as Endpoint['group'][]).flatMap((group) => [
    `### ${groups[group]}`,
    callTable(all.filter(([, one]) => one.group === group)),
  ]);
  const { components } = openApi('') as { components: { schemas: Record<string, Shown> } };
  const schemas = Object.entries(components.schemas).flatMap(([name, schema]) => [
    `#### ${name}`,
    fieldTable(schema),
  ]);
  return calls.concat('### What is sent and answered', schemas).join('\n\n');
}

function callTable(calls: readonly [string, Endpoint][]): string {
  const rows = calls.map(([name, { method, path, summary, query, headers, gives, refusals, status }]) => {
    const options = [...described(query, ''), ...described(headers, 'header ')];
    const refused = refusals.length === 0 ? '' : `, ${refusals.join(', ')}`;
    const text = [summary, ...options].join('<br>');
    return [`\`${method} ${path}\``, `\`${name}\``, text, `${status}${refused}`, gives];
  });
  return table(['call', 'operation', 'what it does, and its parameters', 'status', 'answer'], rows);
}

function described(schema: z.ZodObject | undefined, before: string): string[] {
  if (schema === undefined) return [];
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' }) as {
    properties?: Record<string, { description?: string }>;
  };
  return Object.entries(properties).map(
    ([name, { description = '' }]) => `${before}\`${name}\`: ${description}`,
  );
}

/** As much of JSON Schema as our schemas use. */
interface Shown {
  type?: string | string[];
  $ref?: string;
  format?: string;
  const?: unknown;
  enum?: unknown[];
  items?: Shown;
  anyOf?: Shown[];
  oneOf?: Shown[];
  properties?: Record<string, Shown>;
  required?: string[];
  description?: string;
}

function fieldTable({ properties = {}, required = [] }: Shown): string {
  const rows = Object.entries(properties).map(([name, one]) => [
    `\`${name}\``,
    `${typeOf(one)}${required.includes(name) ? '' : ', optional'}`,
    one.description ?? '',
  ]);
  return table(['field', 'type', 'description'], rows);
}

function typeOf(one: Shown): string {
  if (one.$ref !== undefined) return one.$ref.split('/').at(-1) ?? '';
  if (one.const !== undefined) return `\`${JSON.stringify(one.const)}\``;
  if (one.enum !== undefined) return one.enum.map((value) => `\`${String(value)}\``).join(', ');
  const either = one.anyOf ?? one.oneOf;
  if (either !== undefined) return either.map(typeOf).join(' or ');
  if (one.type === 'array') return `array of ${typeOf(one.items ?? {})}`;
  if (one.type === 'object' && one.properties !== undefined) {
    const fields = Object.entries(one.properties).map(([name, inner]) => `${name}: ${typeOf(inner)}`);
    return `object with ${fields.join('; ')}`;
  }
  if (one.format === 'date-time') return 'time (ISO 8601, UTC)';
  return one.type === undefined ? 'any value' : [one.type].flat().join(' or ');
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [headings, headings.map(() => '---'), ...rows].map(line).join('\n');
}
