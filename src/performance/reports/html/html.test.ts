import { createHash } from 'node:crypto';
import { mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { framesRun } from '../../../../tests/fixtures/frames-run.js';
import { RunFolder, runOf } from '../../../../tests/fixtures/run-folder.js';
import { Performance } from '../../opening/index.js';
import { digits, json, markup, withUnit } from './markup/index.js';
import { ticksTo } from './drawing/index.js';
import { writeReport } from '../index.js';

const hostile = `</script></style><img src=x onerror="window.pwned=1">'"&\u202e<!--`;

async function pageOf(folder: RunFolder): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'collab-html-'));
  const {
    files: [path = ''],
  } = await writeReport(await Performance.open(folder.path), 'html', dir);
  return readFile(path, 'utf8');
}

/** What a reader sees, without the style and the scripts. */
function bodyOf(page: string): string {
  return page.replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '');
}

test('a page with the verdict, charts, ledger, timeline, every trial and the provenance', async () => {
  const page = await pageOf(await framesRun());
  const body = bodyOf(page);
  const sections = [...body.matchAll(/<section id="([a-z]+)"/g)].map(([, id]) => id);
  expect(sections).toEqual([
    'overview',
    'results',
    'usage',
    'ledger',
    'timeline',
    'devices',
    'trials',
    'provenance',
  ]);
  for (const id of sections) expect(body).toContain(`href="#${String(id)}"`);
  expect(body).toContain('>VALID</span>');
  expect(body).toContain('total_ms and the parts that add up to it');
  expect(body).toMatch(
    /total_ms against split, recorded by client\. 1\d\d(\.\d+)? ms at split 4, 8\d(\.\d+)? ms at split 9/,
  );
  expect(body).toMatch(/split 4: compute, client-0 30, compute, server-0 46, serialize 7/);
  expect(body).toContain('250 ± 0.5 ms');
  expect(body.match(/<caption>/g)?.length).toBeGreaterThanOrEqual(7);
  expect(body.match(/<th scope="row">/g)?.length).toBeGreaterThan(20);
});

test('text from devices and roles never becomes markup, and the policy allows only embedded scripts', async () => {
  const page = await pageOf(await framesRun({ text: hostile, repeats: 1 }));
  expect(page).not.toContain('<img');
  expect(page).not.toContain('\u202e');
  expect(page).not.toContain('<!--');
  expect(bodyOf(page)).toContain('&lt;img src=x onerror=&quot;window.pwned=1&quot;&gt;');
  const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => text ?? '');
  const [, policy = ''] = /Content-Security-Policy" content="([^"]+)"/.exec(page) ?? [];
  const hash = (text: string) => `&#39;sha256-${createHash('sha256').update(text).digest('base64')}&#39;`;
  expect(scripts).toHaveLength(1);
  expect(policy).toContain(`script-src ${scripts.map(hash).join(' ')};`);
  expect(policy).toContain('default-src &#39;none&#39;');
  expect(policy).not.toContain('unsafe');
  const blocks = [...page.matchAll(/<script type="application\/json" id="[a-z-]+">([\s\S]*?)<\/script>/g)];
  expect(blocks).toHaveLength(2);
  for (const [, text = ''] of blocks) {
    expect(text).not.toMatch(/[<>&]/);
    expect(() => JSON.parse(text) as unknown).not.toThrow();
  }
});

test('a long run still fits: under 1 MB', async () => {
  const folder = await framesRun({ repeats: 3, framesPerTrial: 1500, samplesPerTrial: 3000 });
  const dir = await mkdtemp(join(tmpdir(), 'collab-html-'));
  const {
    files: [path = ''],
  } = await writeReport(await Performance.open(folder.path), 'html', dir);
  const { size } = await stat(path);
  expect(size).toBeGreaterThan(200_000);
  expect(size).toBeLessThan(1_000_000);
});

test('an empty run gives a page that says so', async () => {
  const folder = await RunFolder.make(runOf({ trials: [], state: 'failed', devices: [], placement: [] }));
  const body = bodyOf(await pageOf(folder));
  expect(body).toContain('>DOUBTFUL</span>');
  expect(body).toContain('No role recorded a quantity');
  expect(body).toContain('There are no samples.');
  expect(body).not.toContain('NaN');
  expect(body).not.toContain('undefined');
});

test('markup escapes all values except markup', () => {
  expect(markup`<b>${'<i>'}${markup`<u>${'&'}</u>`}${[1, null, undefined, 'x']}</b>`.text).toBe(
    '<b>&lt;i&gt;<u>&amp;</u>1x</b>',
  );
  expect(json({ a: '</script>\u2028' }).text).toBe('{"a":"\\u003c/script\\u003e\\u2028"}');
});

test.each([
  [97, [0, 20, 40, 60, 80, 100]],
  [0.3, [0, 0.1, 0.2, 0.3]],
  [1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [0, [0, 1]],
  [Number.NaN, [0, 1]],
])('ticks up to %d', (greatest, expected) => {
  expect(ticksTo(greatest)).toEqual(expected);
});

test.each([
  [1234567, 'bytes', '1.235 MB'],
  [0, 'bytes/s', '0 B/s'],
  [-3.14159, 'ms', '−3.142 ms'],
  [12345.6, 'ms', '12\u202f346 ms'],
  [0.000001, 's', '0.000001 s'],
  [1e-9, '', '1e−9'],
  [3.14159e-9, 's', '3.142e−9 s'],
  [0.000001234, 's', '0.000001234 s'],
  [3, 'count', '3'],
])('%d %s reads as %s', (value, unit, expected) => {
  expect(withUnit(value, unit)).toBe(expected);
});

test('a value has the digits that its interval asks for', () => {
  expect([digits(1000.1234, 0.01), digits(1000.1334, 0.01)]).toEqual(['1\u202f000.123', '1\u202f000.133']);
  expect(digits(3e-9, 2e-11)).toBe('3e−9');
});

test('a value that is not a number is a dash', () => {
  expect(digits(Number.NaN)).toBe('–');
});
