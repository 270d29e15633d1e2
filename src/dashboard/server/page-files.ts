import { extname } from 'node:path';
import { views } from '../live/index.js';
import { pageAssets } from './page-assets.js';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface PageFile {
  readonly type: string;
  readonly content: Uint8Array;
}

/** The files of the page, which are in memory: no path of a request reaches the disk. */
export class PageFiles {
  private constructor(private readonly files: ReadonlyMap<string, PageFile>) {}

  static async read(): Promise<PageFiles> {
    const files = new Map<string, PageFile>();
    for (const { name, content } of await pageAssets()) {
      const type = types[extname(name)];
      if (type === undefined) continue;
      const path = name.endsWith('.html') ? `/${name}` : `/assets/${name}`;
      files.set(path, { type, content });
    }
    return new PageFiles(files);
  }

  at(path: string): PageFile | null {
    return this.files.get(path) ?? null;
  }

  isView(path: string): boolean {
    const [, first = ''] = path.split('/');
    return first === '' || views.some((view) => view === first);
  }
}
