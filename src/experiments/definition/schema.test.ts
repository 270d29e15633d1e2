import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { experimentJsonSchema } from './schema.js';

test('experiment.schema.json is what the schema generates (else: npm run schema)', async () => {
  const onDisk = await readFile(new URL('experiment.schema.json', import.meta.url), 'utf8');
  expect(onDisk).toBe(`${JSON.stringify(experimentJsonSchema(), null, 2)}\n`);
});

test('editors are told that only name and roles must be there, and that unknown keys are faults', () => {
  expect(experimentJsonSchema()).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    required: ['name', 'roles'],
    additionalProperties: false,
  });
});
