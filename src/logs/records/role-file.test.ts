import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { roleFile, roleFileText } from './role-file.js';

/** Both sides check these files: this one writes role.json, and the wrapper's `role.test.ts` reads it. */
const folder = fileURLToPath(new URL('../../../tests/fixtures/role-json', import.meta.url));
const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const filesOf = (below: string) =>
  readdirSync(join(folder, below))
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(below, name));

test('there are valid and invalid files', () => {
  expect(filesOf('.').length).toBeGreaterThanOrEqual(2);
  expect(filesOf('invalid').length).toBeGreaterThanOrEqual(2);
});

test.each(filesOf('.'))('%s is valid and has no unknown key', (file) => {
  expect(roleFile.parse(read(file))).toMatchObject(read(file) as object);
});

test.each(filesOf('invalid'))('rejects the invalid keys of %s', (file) => {
  const { role, faults } = read(file) as { role: object; faults: Record<string, string> };
  const checked = roleFile.safeParse(role);
  const paths = checked.error?.issues.map(({ path }) => path.join('.')) ?? [];
  expect(paths.sort()).toEqual(Object.keys(faults).sort());
  expect(() => roleFileText(role as never)).toThrow();
});

test('full.json has every key', () => {
  const parsed = roleFile.parse(read('full.json'));
  expect(Object.keys(read('full.json') as object).sort()).toEqual(Object.keys(parsed).sort());
});
