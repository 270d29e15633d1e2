import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderOf } from '../../../../../tests/fixtures/recorded-run.js';
import { compareMany } from '../../../compare/index.js';
import { Performance } from '../../../opening/index.js';
import { writeComparison } from '../../index.js';
import { ratioTicks } from './ratio-ticks.js';

const hostile = `</script></style><img src=x onerror="window.pwned=1">'"&\u202e<!--`;
const values = [10, 11, 12, 13, 14, 15];

async function pageOf(name = 'x', folder?: string): Promise<string> {
  const folders = [];
  for (const [at, more] of [0, 10, 0.25].entries()) {
    const recorded = [4, 9].map((split) => ({
      parameters: { split, codec: `${name}${at}` },
      values: { total_ms: values.map((value) => value + more) },
    }));
    const experiment = { name, id: 'sha256:0', definition: { primary: ['total_ms'] } };
    folders.push(await folderOf({ run: { run_id: `r${at}`, experiment }, recorded }));
  }
  const performance = await Performance.open(folders);
  const output = folder ?? (await mkdtemp(join(tmpdir(), 'collab-comparison-')));
  const { files } = await writeComparison(compareMany(performance), performance, output);
  return readFile(files[0] ?? '', 'utf8');
}

/** What a reader sees, without the style and the scripts. */
const bodyOf = (page: string) => page.replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '');

test('a page with the runs, charts, figures of every run, and what differs', async () => {
  const body = bodyOf(await pageOf());
  const sections = [...body.matchAll(/<section id="([a-z]+)"/g)].map(([, id]) => id);
  expect(sections).toEqual(['runs', 'results', 'others', 'differences', 'reading']);
  for (const id of sections) expect(body).toContain(`href="#${String(id)}"`);
  const words = body.replace(/\s+/g, ' ');
  expect(words).toMatch(
    /total_ms of client in each run\. A codec=x0: 12\.5 ms at Combination split=4, 12\.5 ms at Combination split=9\. B/,
  );
  expect(words).toMatch(/ratio to the baseline\. split=4: B 1\.8\d* \[1\.\d+, 2\.\d+\] ▲ higher, C 1\.02 /);
  expect(words).toContain('<span class="finding found">▲ higher</span>');
  expect(words).toContain('<span class="finding">– none found</span>');
  expect(body.match(/<figure /g)).toHaveLength(2);
  expect(words).toContain(
    'a family of 4 tests over runs, combinations, and metrics, corrected together (Holm)',
  );
  expect(body).not.toMatch(/NaN|undefined|Infinity/);
});

test('names of experiments and parameters never become markup', async () => {
  const page = await pageOf(hostile);
  for (const part of ['<img', '\u202e', '<!--']) expect(page).not.toContain(part);
  expect(bodyOf(page)).toContain('&lt;img src=x onerror=&quot;window.pwned=1&quot;&gt;');
  expect(page).not.toContain('unsafe');
});

test('a folder that cannot be written is an error that says so, and leaves nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'collab-comparison-'));
  const file = join(folder, 'file');
  await writeFile(file, '');
  await expect(pageOf('x', join(file, 'out'))).rejects.toMatchObject({ name: 'report-not-written' });
  expect(await readdir(folder)).toEqual(['file']);
});

test.each([
  [0.87, 1.04, [0.85, 0.9, 0.95, 1, 1.05]],
  [1, 1, [0.98, 0.99, 1, 1.01, 1.02]],
  [0.25, 1.9, [0.2, 0.5, 1, 2]],
  [0.9, 60, [0.5, 1, 2, 5, 10, 20, 50, 100]],
  [1e-4, 3, [0.0001, 0.001, 0.01, 0.1, 1, 5]],
])('ticks of ratios from %d to %d', (least, greatest, expected) => {
  expect(ratioTicks(least, greatest)).toEqual(expected);
});
