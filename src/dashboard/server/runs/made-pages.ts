import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CollabError } from '../../../index.js';

/** Each has up to some MB. */
const mostPages = 4;

/** Pages that take a while to make: the last ones are kept in memory until what they show changes. */
export class MadePages {
  private readonly made = new Map<string, { readonly stamp: string; readonly page: Uint8Array }>();

  /** @param folder where a page is written, and removed again */
  constructor(private readonly folder: string) {}

  /**
   * @param name what it shows
   * @param stamp changes with what it shows
   * @param write writes it to a folder, and says to which file
   */
  async page(name: string, stamp: string, write: (folder: string) => Promise<string>): Promise<Uint8Array> {
    const known = this.made.get(name);
    if (known?.stamp === stamp) return known.page;
    const folder = await mkdtemp(join(this.folder, 'page-'));
    try {
      const page = await readFile(await write(folder));
      this.made.delete(name);
      this.made.set(name, { stamp, page });
      const [oldest] = this.made.keys();
      if (this.made.size > mostPages && oldest !== undefined) this.made.delete(oldest);
      return page;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** A page that says why there is none, for a frame. @throws what is no CollabError */
export function faultPage(error: unknown): string {
  if (!(error instanceof CollabError)) throw error;
  const { what, why = '', next } = error;
  const said = [what, why, next].map((text) => `<p>${escaped(text)}</p>`).join('');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>No page</title><body><main>${said}</main></body></html>`;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string => text.replace(/[&<>]/g, (sign) => escapes[sign] ?? sign);
