import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { createRequire } from 'node:module';
import { buffer } from 'node:stream/consumers';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ZipFile } from 'yazl';
import type { TestWorkspace } from './workspace.js';

/** Debian's Chromium; CHROMIUM overrides it. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--no-sandbox'] });

/** A dashboard that is served, and how it is asked as a browser would. */
export class ServedDashboard {
  private cookie = '';
  private constructor(
    readonly process: ChildProcess,
    readonly link: string,
    readonly port: number,
  ) {}

  /** Starts the one of the fleet of this machine, and waits until it listens. */
  static start(workspace: TestWorkspace, ...flags: string[]): Promise<ServedDashboard> {
    return ServedDashboard.startOf(workspace, '--local', ...flags);
  }

  /** The same with the flags that say of which fleet. */
  static async startOf(workspace: TestWorkspace, ...flags: string[]): Promise<ServedDashboard> {
    const child = workspace.start('dashboard', '--json', ...flags);
    let [text, said] = ['', ''];
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    for await (const chunk of child.stdout ?? []) {
      text += String(chunk);
      const end = text.indexOf('\n');
      if (end === -1) continue;
      const { link, port } = JSON.parse(text.slice(0, end)) as { link: string; port: number };
      return new ServedDashboard(child, link, port);
    }
    throw new Error(`the dashboard did not start: ${said}`);
  }

  get root(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** One request, with the headers as they are given: a browser would not let a page set Host or Origin. */
  ask(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body = '',
  ): Promise<{ status: number; headers: Record<string, string | string[] | undefined>; text: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(
        { host: '127.0.0.1', port: this.port, method, path, headers: { cookie: this.cookie, ...headers } },
        (response) => {
          const pieces: Buffer[] = [];
          response.on('data', (piece: Buffer) => pieces.push(piece));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: Buffer.concat(pieces).toString(),
            }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** Begins an upload and waits with the rest. @returns sends the rest, and gives the status */
  pausedUpload(
    path: string,
    headers: Record<string, string>,
    first: string,
  ): { end: (rest: string) => Promise<number> } {
    const options = { host: '127.0.0.1', port: this.port, method: 'PUT', path };
    const sent = request({ ...options, headers: { cookie: this.cookie, ...headers } });
    const status = new Promise<number>((resolve) => {
      sent.on('response', (response) => resolve(response.resume().statusCode ?? 0));
      sent.on('error', () => resolve(0));
    });
    sent.write(first);
    return {
      end: (rest) => {
        sent.end(rest);
        return status;
      },
    };
  }

  /** Enters with a link, as the page behind it does. @returns the status */
  async enter(link = this.link): Promise<number> {
    const { status, headers } = await this.ask(
      'POST',
      '/enter',
      { origin: this.root },
      link.split('#')[1] ?? '',
    );
    this.cookie = (headers['set-cookie'] as string[] | undefined)?.[0]?.split(';')[0] ?? this.cookie;
    return status;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGINT');
    await ended;
  }
}

/** What a keeper answers to a request with these headers, as a browser would send it. */
export function askKeeper(
  { port, ca }: { port: number; ca: string },
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<{ status: number; cookie: string; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = tlsRequest(
      { host: '127.0.0.1', port, method, path, headers, ca, servername: 'localhost' },
      (response) => {
        let text = '';
        response.on('data', (piece: Buffer) => (text += piece.toString()));
        response.on('error', reject);
        response.on('end', () => {
          const cookie = response.headers['set-cookie']?.[0] ?? '';
          resolve({ status: response.statusCode ?? 0, cookie, text });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A page, with what it complains of: errors, blocked scripts, requests to other places. */
export async function openPage(
  browser: Browser,
  address: string,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (made) => {
    if (new URL(made.url()).origin !== new URL(address).origin) complaints.push(`request: ${made.url()}`);
  });
  await page.goto(address);
  return { page, complaints };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Violations that axe finds in a page: id and place. */
export async function violations(page: Page): Promise<string[]> {
  // The policy of the page lets no script in but its own; the debugger may.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const found = await checker.run();
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

/** A zip file with these texts. */
export function zipOf(files: Record<string, string>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name);
  zip.end();
  return buffer(zip.outputStream);
}
