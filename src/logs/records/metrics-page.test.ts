import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { knownMetrics } from './metrics.js';
import { withTables } from './metrics-page.js';

const at = (path: string) => new URL(path, import.meta.url);
/** Markdown without the padding of its tables. */
const unpadded = (text: string) =>
  text
    .replace(/ *\| */g, '|')
    .replace(/-{3,}/g, '---')
    .replace(/\n+/g, '\n');

it('matches docs/metrics.md; if not, run: npm run metrics', () => {
  const page = readFileSync(at('../../../docs/metrics.md'), 'utf8');
  expect(unpadded(page)).toBe(unpadded(withTables(page)));
});

it('lists every sensor that has a file, with metrics of the table', () => {
  const { samples, totals, sensors } = knownMetrics();
  const files = readdirSync(at('../../wrapper/collab_wrapper/sensors')).filter((name) =>
    /^[a-z]\w*\.py$/.test(name),
  );
  expect(sensors.map(({ name }) => `${name}.py`).sort()).toEqual(files.sort());
  const names = samples.map(({ name }) => name);
  for (const { name, metrics } of sensors) {
    expect(existsSync(at(`../../wrapper/collab_wrapper/sensors/${name}.py`))).toBe(true);
    expect(metrics.filter((metric) => !names.includes(metric))).toEqual([]);
  }
  for (const list of [samples, totals]) expect(new Set(list.map(({ name }) => name)).size).toBe(list.length);
});
