import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Performance, writeReport } from '../../src/index.js';
import { framesRun } from '../fixtures/frames-run.js';

/** Debian's Chromium; CHROMIUM overrides it. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const hostile = `</script><img src=x onerror="window.pwned=1">'"&<svg onload=window.pwned=1>]]>`;

let browser: Browser;
/** Opens what was saved. */
let viewer: Page;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'collab-pictures-'));
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  viewer = await browser.newPage();
});

afterAll(async () => {
  await browser.close();
  await rm(dir, { recursive: true });
});

/** The report of a run in dark mode, and the errors that it writes to the console. */
async function reportOf(name: string, text: string): Promise<{ page: Page; errors: string[] }> {
  const run = await framesRun({ text, repeats: 2 });
  const { files } = await writeReport(await Performance.open(run.path), 'html', join(dir, name));
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'dark' });
  const errors: string[] = [];
  page.on('console', (message) => errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(pathToFileURL(files[0] ?? '').href);
  return { page, errors };
}

async function saved(
  page: Page,
  figure: Locator,
  format: 'SVG' | 'PNG',
): Promise<{ name: string; path: string }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    figure.getByRole('button', { name: new RegExp(`^Save as ${format}: `) }).click(),
  ]);
  const path = join(dir, `${String(Math.random())}.${format.toLowerCase()}`);
  await download.saveAs(path);
  return { name: download.suggestedFilename(), path };
}

interface Pixels {
  width: number;
  height: number;
  /** Red, green, blue and alpha of the first pixel. */
  corner: number[];
  /** Number of pixels that are not light. */
  inked: number;
}

async function pixelsOf(path: string): Promise<Pixels> {
  const data = (await readFile(path)).toString('base64');
  await viewer.goto('about:blank');
  return viewer.evaluate<Pixels>(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${data}';
    await image.decode();
    const { width, height } = image;
    const context = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    let inked = 0;
    for (let at = 0; at < data.length; at += 4) if (data[at] + data[at + 1] + data[at + 2] < 600) inked += 1;
    return { width, height, corner: [...data.slice(0, 4)], inked };
  })()`);
}

/** What a reader of XML finds in an SVG, drawn on its own: no style of the page is there. */
async function read(
  path: string,
): Promise<{ root: string; texts: string[]; fills: string[]; references: string[] }> {
  await viewer.goto(pathToFileURL(path).href);
  return viewer.evaluate<Awaited<ReturnType<typeof read>>>(`(() => {
    const all = [...document.querySelectorAll('*')];
    return {
      root: document.documentElement.tagName,
      texts: [...document.querySelectorAll('text, title')].map((one) => one.textContent),
      fills: all.map((one) => one.getAttribute('fill') ?? ''),
      references: all.flatMap((one) => [...one.attributes].map(({ value }) => value))
        .flatMap((value) => [...value.matchAll(/url\\(([^)]*)\\)/g)].map(([, id]) => id))
        .filter((id) => document.querySelector(id) === null),
    };
  })()`);
}

test('every chart is saved as an SVG with its title, axes, units, legend and caption, and as a PNG, in light colors', async () => {
  const { page, errors } = await reportOf('svg', 'plain');
  const figures = await page.locator('figure.chart').all();
  expect(figures.length).toBeGreaterThanOrEqual(10);
  const names = new Set<string>();
  for (const figure of figures) {
    const title = (await figure.locator('figcaption').textContent()) ?? '';
    const { name, path } = await saved(page, figure, 'SVG');
    names.add(name);
    expect(name).toMatch(/^plain-20\d{6}-\d{6}-\w+-[\w.-]+\.svg$/);
    const { root, texts, fills, references } = await read(path);
    expect(root, title).toBe('svg');
    expect(references, title).toEqual([]);
    const all = texts.join(' ');
    for (const legend of await figure.locator('.legend li').allTextContents())
      expect(all).toContain(legend.trim());
    expect(all).toContain(title);
    expect(all, title).toMatch(/Points: |Bars: |Lines: /);
    expect(
      texts.filter((text) => /\((?:ms|s|%|kB|MB|MB\/s|kB\/s|B)\)$/.test(text)).length,
      title,
    ).toBeGreaterThanOrEqual(1);
    expect(fills, title).toContain('rgb(25, 28, 34)');
    expect(fills, title).not.toContain('rgb(231, 234, 240)');
    const text = await readFile(path, 'utf8');
    expect(text).not.toMatch(/class=|var\(|href/);
    const png = await pixelsOf((await saved(page, figure, 'PNG')).path);
    const [, ...size] = / width="(\d+)" height="(\d+)"/.exec(text) ?? [];
    expect([png.width, png.height]).toEqual(size.map((side) => Math.round((Number(side) * 300) / 96)));
    expect(png.corner).toEqual([255, 255, 255, 255]);
    expect(png.inked, title).toBeGreaterThan(5000);
  }
  expect(names.size).toBe(figures.length);
  expect(errors).toEqual([]);
  await page.close();
});

test('hostile names stay text in a saved picture', async () => {
  const { page, errors } = await reportOf('hostile', hostile);
  for (const chart of ['#results .wide', '#results .small', '#timeline .wide', '#devices .live']) {
    const { name, path } = await saved(page, page.locator(chart).first(), 'SVG');
    expect(name).toMatch(/^[\w.-]+\.svg$/);
    expect((await read(path)).root).toBe('svg');
    expect(await viewer.locator('img, script, svg svg').count()).toBe(0);
  }
  expect(errors).toEqual([]);
  await page.close();
});

test('a picture of the timeline is named after its trial', async () => {
  const { page } = await reportOf('timeline', 'plain');
  await page.getByRole('combobox', { name: 'Trial' }).selectOption({ index: 1 });
  const { name } = await saved(page, page.locator('#timeline figure'), 'SVG');
  expect(name).toContain('Timeline-of-trial-3-split-4');
  await page.close();
});

test('with a single ink, the series of a chart and the parts of its bars still differ', async () => {
  const { page } = await reportOf('ink', 'plain');
  const looks = '[class^="s"][class$="0"], [class^="p-"], .s1, .s2, .s3, .s4, .s5, .s6, .s7';
  await page.evaluate(
    `document.querySelectorAll('${looks}').forEach((one) => one.style.setProperty('--color', '#555'))`,
  );
  const figures = await page.locator('figure.chart:has(.legend)').all();
  expect(figures.length).toBeGreaterThanOrEqual(6);
  for (const figure of figures) {
    const seen: string[] = [];
    for (const key of await figure.locator('.legend .key').all()) {
      // All at one place, so that only the drawing differs.
      await key.evaluate((one) => {
        const { style } = one as unknown as { style: Record<string, string> };
        Object.assign(style, { position: 'fixed', left: '0', top: '0', zIndex: '99', background: 'white' });
      });
      seen.push((await page.screenshot({ clip: { x: 0, y: 0, width: 20, height: 14 } })).toString('base64'));
      await key.evaluate(
        (one) => ((one as unknown as { style: { display: string } }).style.display = 'none'),
      );
    }
    expect(new Set(seen).size).toBe(seen.length);
  }
  await page.close();
});

test('a wide table uses the margins of a wide window, and scrolls in its box in a narrow one', async () => {
  const { page } = await reportOf('wide', 'plain');
  const box = page.locator('#trials .scroll').first();
  const scrolls = () =>
    page.evaluate(
      `(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)(document.querySelector('#trials .scroll'))`,
    );
  const overhang = async () =>
    ((await box.locator('table').boundingBox())?.width ?? 0) -
    ((await page.locator('#trials h2').boundingBox())?.width ?? 0);
  await page.evaluate(
    `document.querySelectorAll('#trials thead th').forEach((one) => (one.textContent += ' median'))`,
  );
  await page.setViewportSize({ width: 1900, height: 900 });
  expect(await overhang()).toBeGreaterThan(200);
  expect(await scrolls()).toBe(false);
  await page.setViewportSize({ width: 390, height: 800 });
  expect(await scrolls()).toBe(true);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  await page.close();
});
