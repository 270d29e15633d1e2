import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { cpuS } from '../jobs/processes.js';
import { needPrograms } from '../programs.js';

/** Debian's Chromium; CHROMIUM overrides it. */
export const chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** A script for a page, beside this file. The policy of the page lets no script in but its own; the debugger may. */
export const benchText = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

/** A dashboard that a process of its own serves, and a browser that was let in. */
export class DashboardBed {
  private constructor(
    private readonly server: ChildProcess,
    private readonly browser: Browser,
    private readonly context: BrowserContext,
    readonly root: string,
  ) {}

  static async up(): Promise<DashboardBed> {
    needPrograms('chromium');
    const server = fork(fileURLToPath(new URL('serve.ts', import.meta.url)));
    const [{ port, link }] = (await once(server, 'message')) as [{ port: number; link: string }];
    const browser = await chromium.launch({
      executablePath: chromiumPath,
      // A renderer that waits for the next page would be counted with the one that is measured.
      args: ['--no-sandbox', '--disable-features=SpareRendererForSitePerProcess'],
    });
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const bed = new DashboardBed(server, browser, context, `http://127.0.0.1:${port}`);
    const page = await context.newPage();
    await page.goto(link);
    await page.waitForURL(`${bed.root}/fleet`);
    await page.close();
    return bed;
  }

  /** Opens a view, and waits until it shows something of it. */
  async open(path: string, shown: string): Promise<Page> {
    const page = await this.openElsewhere(path);
    await page.locator(shown).first().waitFor();
    return page;
  }

  /** A page that needs no library, to compare with. */
  async openPlain(): Promise<Page> {
    // A view would have its own script; this is an answer of the server, so that the page may ask it.
    const page = await this.openElsewhere('/assets/none');
    await page.evaluate(benchText('plain-table.mjs'));
    await page.locator('tbody tr').first().waitFor();
    return page;
  }

  private async openElsewhere(path: string): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(`${this.root}${path}`);
    return page;
  }

  /** Seconds of CPU that the server has used. */
  serverCpuS(): number {
    return cpuS(this.server.pid ?? 0);
  }

  /** Seconds of CPU that the processes of all open pages have used. */
  async pageCpuS(): Promise<number> {
    const session = await this.browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    await session.detach();
    return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { id }) => sum + cpuS(id), 0);
  }

  async down(): Promise<void> {
    await this.browser.close();
    const ended = once(this.server, 'exit');
    this.server.disconnect();
    await ended;
  }
}
