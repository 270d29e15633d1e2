import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { experimentJsonSchema } from './schema.js';

test('experiment.schema.json matches the schema; if not, run: npm run schema', async () => {
  const onDisk = await readFile(new URL('experiment.schema.json', import.meta.url), 'utf8');
  expect(onDisk).toBe(`${JSON.stringify(experimentJsonSchema(), null, 2)}\n`);
});

test('the JSON schema requires only name and roles, and rejects unknown keys', () => {
  expect(experimentJsonSchema()).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    required: ['name', 'roles'],
    additionalProperties: false,
  });
});
