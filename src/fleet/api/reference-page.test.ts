import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { withApi } from './reference-page.js';

/** Markdown without the padding of its tables. */
const unpadded = (text: string) =>
  text
    .replace(/ *\| */g, '|')
    .replace(/-{3,}/g, '---')
    .replace(/\n+/g, '\n');

it('matches docs/api.md; if not, run: npm run api', () => {
  const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');
  expect(unpadded(page)).toBe(unpadded(withApi(page)));
});

it('refuses a page without marks', () => {
  expect(() => withApi('# The API')).toThrow('must contain');
});
