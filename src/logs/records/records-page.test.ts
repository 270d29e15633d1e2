import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { documentedRecords, withRecords } from './records-page.js';
import { fieldsOf } from './schema-fields.js';

const root = new URL('../../../', import.meta.url);
/** Markdown without the padding of its tables. */
const unpadded = (text: string) =>
  text
    .replace(/ *\| */g, '|')
    .replace(/-{3,}/g, '---')
    .replace(/\n+/g, '\n');

it('matches docs/records.md; if not, run: npm run records', () => {
  const page = readFileSync(new URL('docs/records.md', root), 'utf8');
  expect(unpadded(page)).toBe(unpadded(withRecords(page)));
});

it('refuses a page without marks', () => {
  expect(() => withRecords('# Records')).toThrow('must contain');
});

it('lists nested fields, alternatives, null, and keys of any name', () => {
  const clock = z.object({ offset_ms: z.number().describe('device minus controller') });
  const schema = z.object({
    format: z.literal(2),
    state: z.enum(['running', 'complete']),
    devices: z.array(z.object({ clock: clock.nullable() })),
    cost: z.union([z.object({ seconds: z.number() }), z.object({ unavailable: z.string() })]).optional(),
    clock: clock.optional(),
    totals: z.record(z.string(), z.object({ value: z.number().nullable() })),
  });
  expect(fieldsOf(z.toJSONSchema(schema)).map(({ path, type, optional }) => [path, type, optional])).toEqual([
    ['format', '`2`', false],
    ['state', '`running`, `complete`', false],
    ['devices', 'array of object', false],
    ['devices[].clock', 'object or null', false],
    ['devices[].clock.offset_ms', 'number', false],
    ['cost', 'object', true],
    ['cost.seconds', 'number', true],
    ['cost.unavailable', 'string', true],
    ['clock', 'object, like `devices[].clock`', true],
    ['totals', 'object', false],
    ['totals.<name>', 'object', false],
    ['totals.<name>.value', 'number or null', false],
  ]);
  expect(fieldsOf(z.toJSONSchema(clock))[0]?.description).toBe('device minus controller');
});

it('has one section per file', () => {
  const files = documentedRecords.map(({ file }) => file);
  expect(new Set(files).size).toBe(files.length);
});
