import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Performance, writeReport } from '../../src/index.js';
import { framesRun } from '../fixtures/frames-run.js';

/** Debian's Chromium; CHROMIUM overrides it. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const hostile = `</script><img src=x onerror="window.pwned=1">'"&<svg onload=window.pwned=1>`;

let browser: Browser;
let dir: string;
const pages: Record<'plain' | 'hostile', string> = { plain: '', hostile: '' };

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'collab-page-'));
  for (const name of ['plain', 'hostile'] as const) {
    const run = await framesRun(name === 'plain' ? {} : { text: hostile, repeats: 1 });
    const performance = await Performance.open(run.path);
    const { files } = await writeReport(performance, 'html', join(dir, name));
    pages[name] = pathToFileURL(files[0] ?? '').href;
  }
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser.close();
  await rm(dir, { recursive: true });
});

interface Opened {
  page: Page;
  /** Console errors of the page, and its requests for other resources. */
  complaints: string[];
}

async function open(name: keyof typeof pages, options: BrowserContextOptions = {}): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== pages[name]) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(pages[name]);
  return { page, complaints };
}

/** Scrolls every chart into view. */
async function scrollThrough(page: Page): Promise<void> {
  for (const plot of await page.locator('.plot').all()) await plot.scrollIntoViewIfNeeded();
  await expect.poll(() => page.locator('.plot canvas').count()).toBe(await page.locator('.plot').count());
}

/** The colors of a canvas other than its background, with their pixel counts. */
async function inkOf(page: Page, canvas: number): Promise<number> {
  return page
    .locator('.plot canvas')
    .nth(canvas)
    .evaluate((element) => {
      const drawn = element as unknown as {
        width: number;
        height: number;
        getContext: (kind: '2d') => {
          getImageData: (...box: number[]) => { data: Uint8ClampedArray };
        };
      };
      const { data } = drawn.getContext('2d').getImageData(0, 0, drawn.width, drawn.height);
      let ink = 0;
      for (let at = 0; at < data.length; at += 4) {
        const [red = 0, green = 0, blue = 0, alpha = 0] = data.slice(at, at + 4);
        if (alpha > 200 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60) ink += 1;
      }
      return ink;
    });
}

const ground = (page: Page) => page.evaluate('getComputedStyle(document.body).backgroundColor');

describe('the report in a browser', () => {
  test('opens without console errors or requests, and draws every chart', async () => {
    const { page, complaints } = await open('plain');
    expect(await page.locator('.plot canvas').count()).toBeLessThan(await page.locator('.plot').count());
    await scrollThrough(page);
    const charts = await page.locator('.plot').count();
    expect(charts).toBeGreaterThanOrEqual(6);
    for (let at = 0; at < charts; at += 1) expect(await inkOf(page, at), `chart ${at}`).toBeGreaterThan(100);
    for (const svg of await page.locator('#results svg, #ledger svg').all())
      expect(await svg.locator('rect, circle').count()).toBeGreaterThan(1);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('uses dark mode from the system and from its button, and redraws charts', async () => {
    const { page, complaints } = await open('plain', { colorScheme: 'dark' });
    expect(await ground(page)).toBe('rgb(20, 22, 27)');
    await scrollThrough(page);
    const line = () => page.evaluate(`report.color('--s0')`);
    expect(await line()).toBe('rgb(111, 168, 255)');
    await page.getByRole('button', { name: 'Use light colors' }).click();
    expect(await ground(page)).toBe('rgb(255, 255, 255)');
    expect(await line()).toBe('rgb(39, 103, 210)');
    expect(await inkOf(page, 0)).toBeGreaterThan(100);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('the timeline: lanes, spans and transfers of frames, moved by keyboard and by buttons', async () => {
    const { page, complaints } = await open('plain');
    const plot = page.locator('#timeline-plot');
    const spans = plot.locator('[class^="p-"]');
    const readout = page.locator('#timeline-readout');
    await expect.poll(() => spans.count()).toBeGreaterThan(1);
    await page.getByRole('combobox', { name: 'Trial' }).selectOption({ index: 1 });
    expect(await plot.locator('.lane').allTextContents()).toEqual(['client-0', 'server-0']);
    expect(await spans.count()).toBe(3 * 6);
    expect(await plot.locator('.transfer').count()).toBe(3 * 2);
    expect(await plot.locator('.doubt').count()).toBe(3 * 2);
    await plot.focus();
    const before = await readout.textContent();
    await page.keyboard.press('0');
    expect(await readout.textContent()).not.toBe(before);
    expect(await spans.count()).toBe(5 * 6);
    await page.getByRole('button', { name: 'Next frame' }).click();
    expect(await readout.textContent()).toMatch(/^10\d(\.\d+)? ms of the trial/);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('reads and zooms a time chart by keyboard', async () => {
    const { page } = await open('plain');
    const plot = page.getByRole('img', { name: /^CPU of nano1 over time/ });
    await plot.focus();
    await expect.poll(() => plot.locator('canvas').count()).toBe(1);
    await page.keyboard.press('ArrowRight');
    const readout = page.locator('.readout').nth(1);
    expect(await readout.textContent()).toMatch(/^\d+\.\d\d s: server-0 cpu_percent [\d.]+ %/);
    const marks = () => page.evaluate(`JSON.stringify(uPlot.sync('run').plots[0].scales.x)`);
    const before = await marks();
    await page.keyboard.press('+');
    expect(await marks()).not.toBe(before);
    await page.keyboard.press('0');
    expect(await marks()).toBe(before);
    await page.close();
  });

  test('a screen reader finds landmarks, headings, named tables and charts that say what they show', async () => {
    const { page } = await open('plain');
    for (const role of ['banner', 'navigation', 'main', 'contentinfo'] as const)
      expect(await page.getByRole(role).count(), role).toBe(1);
    const levels = await page
      .getByRole('heading')
      .evaluateAll((headings) =>
        (headings as unknown as { tagName: string }[]).map(({ tagName }) => Number(tagName.slice(1))),
      );
    expect(levels[0]).toBe(1);
    levels.reduce((before, level) => {
      expect(level - before).toBeLessThanOrEqual(1);
      return level;
    });
    for (const [role, least] of [
      ['table', 5],
      ['img', 10],
      ['region', 7],
    ] as const) {
      const all = await page.getByRole(role).count();
      expect(all, role).toBeGreaterThanOrEqual(least);
      expect(await page.getByRole(role, { name: /\w{3}/ }).count(), `named ${role}`).toBe(all);
    }
    await page.close();
  });

  test('needs no horizontal scrolling on narrow screens, and shows the numbers without scripts', async () => {
    const { page, complaints } = await open('plain', {
      viewport: { width: 360, height: 740 },
      javaScriptEnabled: false,
    });
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    expect(wide).toBeLessThanOrEqual(360);
    for (const chart of await page.locator('.charts > .chart:first-child svg, .chart.stacked svg').all()) {
      const { height = 0 } = (await chart.locator('text').first().boundingBox()) ?? {};
      expect(height, 'letters of a wide chart').toBeGreaterThan(7);
    }
    expect(await page.getByRole('table').count()).toBeGreaterThanOrEqual(5);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('prints every chart on a few white pages, even in dark mode', async () => {
    const { page, complaints } = await open('plain', { colorScheme: 'dark' });
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    expect(pdf.startsWith('%PDF')).toBe(true);
    const count = pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
    expect(count).toBeGreaterThanOrEqual(3);
    expect(count).toBeLessThanOrEqual(14);
    await page.emulateMedia({ media: 'print' });
    expect(await ground(page)).toBe('rgb(255, 255, 255)');
    expect(await page.locator('.plot canvas').count()).toBe(await page.locator('.plot').count());
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('shows hostile names as plain text', async () => {
    const { page, complaints } = await open('hostile');
    await scrollThrough(page);
    expect(await page.evaluate('typeof window.pwned')).toBe('undefined');
    expect(await page.locator('img, svg svg').count()).toBe(0);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(hostile);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
