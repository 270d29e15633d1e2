import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CollabError, ExitCode } from '../../index.js';
import { packageFolder } from '../../package-folder.js';
import { printResult } from '../session/index.js';
import { table } from '../text/index.js';

const folder = join(packageFolder, 'docs');

/** `collab docs [page]`: the pages of the documentation that comes with this version, or one of them. */
export async function docs(wanted: string | undefined, { json }: { json?: boolean }): Promise<void> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.md')).sort();
  const pages = await Promise.all(files.map(readPage));
  if (wanted === undefined) {
    const rows = pages.map(({ name, title }) => [name, title]);
    const text = `${table(['PAGE', 'TITLE'], rows)}\n\nRead one: collab docs own-boards | less\nThey are in ${folder}`;
    const listed = pages.map(({ name, title, file }) => ({ name, title, file }));
    printResult(json, text, { folder, pages: listed });
    return;
  }
  const page = pages.find(({ name }) => name === wanted.replace(/\.md$/, ''));
  if (page === undefined) throw noPage(wanted, pages);
  printResult(json, page.text.trimEnd(), page);
}

async function readPage(name: string): Promise<{ name: string; title: string; file: string; text: string }> {
  const file = join(folder, name);
  const text = await readFile(file, 'utf8');
  return { name: name.replace(/\.md$/, ''), title: /^# (.+)$/m.exec(text)?.[1] ?? '', file, text };
}

function noPage(wanted: string, pages: readonly { name: string }[]): CollabError {
  return new CollabError('no-page', {
    what: `There is no page ${JSON.stringify(wanted)}.`,
    why: `Pages: ${pages.map(({ name }) => name).join(', ')}`,
    next: 'List them with their titles: collab docs',
    exitCode: ExitCode.usage,
  });
}
