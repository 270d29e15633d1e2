import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareMany, Performance, writeComparison } from '../../src/index.js';
import { folderOf } from '../fixtures/recorded-run.js';

/** Debian's Chromium; CHROMIUM overrides it. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const hostile = `</script><img src=x onerror="window.pwned=1">'"&<svg onload=window.pwned=1>`;
const values = [10, 11, 12, 13, 14, 15];

let browser: Browser;
let dir: string;
const pages: Record<'plain' | 'hostile', string> = { plain: '', hostile: '' };

async function written(name: string, output: string): Promise<string> {
  const folders = [];
  for (const [at, more] of [0, 10, 0.25, -0.5].entries()) {
    const recorded = [1, 4, 9].map((split) => ({
      parameters: { split, codec: `${name}${at}` },
      values: { total_ms: values.map((value) => value + more * split) },
    }));
    const experiment = { name, id: 'sha256:0', definition: { primary: ['total_ms'] } };
    folders.push(await folderOf({ run: { run_id: `20261201-09300${at}-${name}`, experiment }, recorded }));
  }
  const performance = await Performance.open(folders);
  const { files } = await writeComparison(compareMany(performance), performance, output);
  return pathToFileURL(files[0] ?? '').href;
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'collab-comparison-page-'));
  pages.plain = await written('x', join(dir, 'plain'));
  pages.hostile = await written(hostile, join(dir, 'hostile'));
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser.close();
  await rm(dir, { recursive: true });
});

/** @returns the page, and its console errors and requests for other resources */
async function open(
  name: keyof typeof pages,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== pages[name]) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(pages[name]);
  return { page, complaints };
}

test('opens without console errors or requests; each run has a marker of its own in every chart', async () => {
  const { page, complaints } = await open('plain');
  const charts = page.locator('#results figure .drawing > svg');
  expect(await charts.count()).toBe(2);
  expect(await charts.nth(0).locator('.marker').count()).toBe(4 * 3);
  expect(await charts.nth(0).locator('.whisker').count()).toBe(4 * 3);
  expect(await charts.nth(1).locator('.marker').count()).toBe(3 * 3);
  expect(await charts.nth(1).locator('.unity').count()).toBe(1);
  // The number of corners and their places around the middle differ; the circle has arcs.
  const keys = await page
    .locator('#runs svg.key path')
    .evaluateAll((paths) =>
      (paths as unknown as { getAttribute: (name: string) => string }[]).map((path) =>
        path.getAttribute('d'),
      ),
    );
  expect(new Set(keys).size).toBe(4);
  expect(complaints).toEqual([]);
  await page.close();
});

test('no text of a chart is cut off', async () => {
  const { page } = await open('plain');
  for (const chart of await page.locator('#results figure .drawing > svg').all()) {
    const box = await chart.boundingBox();
    for (const text of await chart.locator('text').all()) {
      const own = await text.boundingBox();
      const said = (await text.textContent()) ?? '';
      expect(own?.x, said).toBeGreaterThanOrEqual((box?.x ?? 0) - 1);
      expect((own?.x ?? 0) + (own?.width ?? 0), said).toBeLessThanOrEqual(
        (box?.x ?? 0) + (box?.width ?? 0) + 1,
      );
    }
  }
  await page.close();
});

test('dark mode, narrow screens without horizontal scrolling, and white pages in print', async () => {
  const ground = (page: Page) => page.evaluate('getComputedStyle(document.body).backgroundColor');
  const { page, complaints } = await open('plain', {
    colorScheme: 'dark',
    viewport: { width: 390, height: 800 },
  });
  expect(await ground(page)).toBe('rgb(20, 22, 27)');
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  for (const key of await page.locator('svg.key').all())
    expect((await key.boundingBox())?.width).toBeLessThanOrEqual(28);
  await page.getByRole('button', { name: 'Use light colors' }).click();
  expect(await ground(page)).toBe('rgb(255, 255, 255)');
  await page.emulateMedia({ media: 'print' });
  expect(await ground(page)).toBe('rgb(255, 255, 255)');
  expect((await page.pdf({ format: 'A4' })).toString('latin1').startsWith('%PDF')).toBe(true);
  expect(complaints).toEqual([]);
  await page.close();
});

test('shows hostile names as plain text', async () => {
  const { page, complaints } = await open('hostile');
  expect(await page.evaluate('typeof window.pwned')).toBe('undefined');
  expect(await page.locator('img, svg svg').count()).toBe(0);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(
    `Comparison of 4 runs of ${hostile}`,
  );
  expect(complaints).toEqual([]);
  await page.close();
});
