import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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

/** What the charts over time show: the number of shapes with a length, and the colors of lines. */
function drawnIn(page: Page): Promise<{ shapes: number; colors: string[] }[]> {
  return page.locator('.plot svg').evaluateAll((all) =>
    (all as unknown as { querySelectorAll: (selector: string) => Iterable<Shape> }[]).map((svg) => {
      const lines = [...svg.querySelectorAll('.line')];
      return {
        shapes: lines.filter((line) => line.getTotalLength() > 10).length,
        colors: lines.map((line) => line.computedStyleMap().get('stroke').toString()),
      };
    }),
  );
}

interface Shape {
  getTotalLength: () => number;
  computedStyleMap: () => { get: (name: string) => { toString: () => string } };
}

const widthOf = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth');
const ground = (page: Page) => page.evaluate('getComputedStyle(document.body).backgroundColor');

describe('the report in a browser', () => {
  test('opens without console errors or requests, and has every chart without scrolling', async () => {
    const { page, complaints } = await open('plain');
    const charts = await page.locator('.plot').count();
    expect(charts).toBeGreaterThanOrEqual(6);
    const drawn = await drawnIn(page);
    expect(drawn).toHaveLength(charts);
    for (const { shapes } of drawn) expect(shapes).toBeGreaterThanOrEqual(1);
    for (const svg of await page.locator('#results .drawing svg, #ledger .drawing svg').all())
      expect(await svg.locator('.bar, .marker').count()).toBeGreaterThan(1);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a page that a browser saved has every chart, and draws none twice', async () => {
    const { page } = await open('plain');
    const saved = join(dir, 'saved.html');
    await writeFile(saved, await page.content());
    const charts = await page.locator('figure.chart svg[class], figure.chart .drawing svg').count();
    await page.close();
    for (const javaScriptEnabled of [false, true]) {
      const again = await browser.newPage({ javaScriptEnabled });
      await again.goto(pathToFileURL(saved).href);
      expect(await again.locator('figure.chart svg[class], figure.chart .drawing svg').count()).toBe(charts);
      expect(await again.locator('.plot .line').count()).toBeGreaterThan(6);
      expect(await again.locator('#timeline-plot .bar').count()).toBeGreaterThan(2);
      await again.close();
    }
  });

  test('uses dark mode from the system and from its button, charts included', async () => {
    const { page, complaints } = await open('plain', { colorScheme: 'dark' });
    expect(await ground(page)).toBe('rgb(20, 22, 27)');
    const line = async () => (await drawnIn(page))[0]?.colors[0];
    expect(await line()).toBe('rgb(111, 168, 255)');
    await page.getByRole('button', { name: 'Use light colors' }).click();
    expect(await ground(page)).toBe('rgb(255, 255, 255)');
    expect(await line()).toBe('rgb(39, 103, 210)');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('the timeline: lanes, spans and transfers of frames, moved by keyboard and by buttons', async () => {
    const { page, complaints } = await open('plain');
    const plot = page.locator('#timeline-plot');
    const spans = plot.locator('.bar');
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

  test('reads and zooms a time chart by keyboard and by pointer', async () => {
    const { page } = await open('plain');
    const plot = page.getByRole('img', { name: /^CPU of nano1 over time/ });
    await plot.focus();
    await page.keyboard.press('ArrowRight');
    const readout = page.locator('figure', { has: plot }).locator('.readout');
    expect(await readout.textContent()).toMatch(/^\d+\.\d\d s: server-0 cpu_percent [\d.]+ %/);
    const marks = () => page.locator('.plot').first().locator('text').allTextContents();
    const before = await marks();
    await page.keyboard.press('+');
    expect(await marks()).not.toEqual(before);
    await page.keyboard.press('0');
    expect(await marks()).toEqual(before);
    await plot.evaluate((element) =>
      (element as unknown as { scrollIntoView(how: object): void }).scrollIntoView({
        block: 'center',
        behavior: 'instant',
      }),
    );
    const { x = 0, y = 0, width = 0 } = (await plot.boundingBox()) ?? {};
    await page.mouse.move(x + width * 0.4, y + 40);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.6, y + 40);
    expect(await plot.locator('.selection').getAttribute('width')).toMatch(/^7\d/);
    await page.mouse.up();
    expect(await marks()).not.toEqual(before);
    await page.mouse.dblclick(x + width * 0.5, y + 40);
    expect(await marks()).toEqual(before);
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
    expect(await widthOf(page)).toBeLessThanOrEqual(360);
    for (const chart of await page.locator('.chart.wide .drawing > svg').all()) {
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
    await page.setViewportSize({ width: 690, height: 900 });
    expect(await widthOf(page), 'as wide as the paper').toBe(690);
    expect(await page.locator('.save').first().isVisible()).toBe(false);
    expect((await drawnIn(page)).every(({ shapes }) => shapes > 0)).toBe(true);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('shows hostile names as plain text', async () => {
    const { page, complaints } = await open('hostile');
    expect(await page.evaluate('typeof window.pwned')).toBe('undefined');
    expect(await page.locator('img, svg svg').count()).toBe(0);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(hostile);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
