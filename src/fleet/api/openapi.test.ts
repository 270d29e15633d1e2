import { expect, it } from 'vitest';
import { endpoints } from './endpoints.js';
import { openApi } from './openapi.js';

interface Document {
  openapi: string;
  paths: Record<string, Record<string, { operationId: string; parameters?: { name: string; in: string }[] }>>;
  components: { schemas: Record<string, { properties?: object; additionalProperties?: boolean }> };
}
const document = openApi('1.2.3') as unknown as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.values(methods).map((one) => ({ path, ...one })),
);

it('has every endpoint, and every parameter of its path', () => {
  expect(operations.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(endpoints).sort());
  for (const { path, parameters = [] } of operations) {
    const inPath = parameters.filter((one) => one.in === 'path').map(({ name }) => `{${name}}`);
    expect(path.match(/\{\w+\}/g) ?? [], path).toEqual(inPath);
  }
});

it('refers to schemas that are there, and leaves no trace of how they were made', () => {
  const text = JSON.stringify(document);
  for (const [, name = ''] of text.matchAll(/"\$ref":"([^"]*)"/g)) {
    expect(name).toMatch(/^#\/components\/schemas\/\w+$/);
    expect(document.components.schemas).toHaveProperty(name.split('/').at(-1) ?? '');
  }
  expect(text).not.toMatch(/\$defs|\$schema|~standard/);
});

it('excludes unknown keys of what is sent, and none of what is answered', () => {
  const { JobDefinition, Job } = document.components.schemas;
  expect(JobDefinition?.additionalProperties).toBe(false);
  expect(Job?.additionalProperties).toBeUndefined();
  expect(Job?.properties).toHaveProperty('counts');
});
