import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { TarFile } from '../../deployment/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import { journalFile, roleFiles, runFile } from '../../logs/index.js';
import { jsonOf, parseJson } from '../../workspace/index.js';
import { copyWithoutPlaces, type Counted, lookForPlaces } from './anonymous-file.js';
import { anonymousRecord } from './anonymous-record.js';
import { PlaceReplacer } from './anonymous-text.js';
import type { KnownPlaces } from './known-places.js';

/** What travels of a run. Reports can be written again, and locks are of this machine. */
const folders = ['trials', 'warm'];
/** exit.json of a role instance, or of a process that stayed; an output may have that name too. */
const ofRole = /^(?:trials\/[^/]+|warm)\/[^/]+\/exit\.json$/;

export interface PackedRun {
  files: TarFile[];
  /** Files that were left out, with the reason. */
  left: string[];
}

/**
 * The files of a run for a bundle, without addresses, host names, logins and folders of this machine. Files with any are
 * copied to `aside` with words in their place; the counts in exit.json follow, so that the verdict stays what it is.
 * @param more files of other folders that travel with it
 * @throws CollabError `places-in-file` for a file that is no text and has some
 */
export async function anonymousRun(
  runFolder: string,
  places: KnownPlaces,
  aside: string,
  { more, signal }: { more: readonly { name: string; path: string }[]; signal: AbortSignal },
): Promise<PackedRun> {
  const replacer = new PlaceReplacer(places);
  const files: TarFile[] = [];
  const changes = new Map<string, { before: Counted; after: Counted }>();
  const { paths, left } = await filesOf(runFolder);
  const copyOf = () => join(aside, `${files.length}`);
  for (const name of [runFile, journalFile]) {
    const path = copyOf();
    await writeFile(path, await recordText(runFolder, name, places, replacer), { mode: 0o600 });
    files.push({ name: `run/${name}`, path });
  }
  const exits = paths.filter((path) => ofRole.test(path));
  const plain = paths
    .filter((name) => !exits.includes(name))
    .map((name) => ({ name, path: join(runFolder, name) }));
  for (const { name, path } of [...plain, ...more]) {
    signal.throwIfAborted();
    const { isText, hasPlaces, counted } = await lookForPlaces(path, replacer);
    if (!hasPlaces) {
      files.push({ name: `run/${name}`, path });
      continue;
    }
    if (!isText) throw placesIn(path);
    const copy = copyOf();
    changes.set(name, { before: counted, after: await copyWithoutPlaces(path, copy, replacer) });
    files.push({ name: `run/${name}`, path: copy });
  }
  for (const name of exits) {
    const own = new Map([...changes].filter(([path]) => path.startsWith(`${dirname(name)}/`)));
    const text = recounted(await readFile(join(runFolder, name), 'utf8'), dirname(name), own);
    files.push({ name: `run/${name}`, content: replacer.replace(text) });
  }
  return { files, left };
}

async function filesOf(runFolder: string): Promise<{ paths: string[]; left: string[] }> {
  const [paths, left]: [string[], string[]] = [[], []];
  for (const folder of folders) {
    const entries = await readdir(join(runFolder, folder), { recursive: true, withFileTypes: true }).catch(
      () => [],
    );
    for (const entry of entries) {
      const path = posix.join(entry.parentPath.slice(runFolder.length + 1), entry.name);
      if (entry.isFile()) paths.push(path);
      // Links may lead anywhere; pipes and sockets have no content.
      else if (!entry.isDirectory()) left.push(path);
    }
  }
  return { paths: paths.sort(), left: left.sort() };
}

/** run.json as it is written, and the journal line by line; a broken line stays as it is, but for places. */
async function recordText(
  runFolder: string,
  name: string,
  places: KnownPlaces,
  replacer: PlaceReplacer,
): Promise<string> {
  const text = await readFile(join(runFolder, name), 'utf8');
  if (name === runFile) return replacer.replace(`${jsonOf(anonymousRecord(parseJson(text), places), 2)}\n`);
  const lines = text.split('\n').map((line) => {
    try {
      return line === '' ? line : jsonOf(anonymousRecord(parseJson(line), places));
    } catch {
      return line;
    }
  });
  return replacer.replace(lines.join('\n'));
}

interface ExitCounts {
  files: Record<string, Counted | null>;
  outputs: { bytes?: number; listed?: Record<string, number> };
}
type Changes = ReadonlyMap<string, { before: Counted; after: Counted }>;

/** exit.json with the counts of changed files, where they were right before: a file that was damaged stays so. */
function recounted(text: string, folder: string, changes: Changes): string {
  if (changes.size === 0) return text;
  let exit: Partial<ExitCounts> | null;
  try {
    exit = parseJson(text) as typeof exit;
  } catch {
    return text;
  }
  if (exit === null) return text;
  for (const [path, { before, after }] of changes) {
    const name = path.slice(folder.length + 1);
    const written = exit.files?.[name];
    if (written?.bytes === before.bytes && written.crc32 === before.crc32)
      Object.assign(written, { bytes: after.bytes, lines: after.lines, crc32: after.crc32 });
    const output = name.startsWith(`${roleFiles.outputs}/`) ? name.slice(roleFiles.outputs.length + 1) : null;
    const listed = exit.outputs?.listed;
    if (output === null || listed?.[output] !== before.bytes) continue;
    listed[output] = after.bytes;
    if (exit.outputs?.bytes !== undefined) exit.outputs.bytes += after.bytes - before.bytes;
  }
  return `${jsonOf(exit, 2)}\n`;
}

function placesIn(path: string): CollabError {
  return new CollabError('places-in-file', {
    what: `${path} has an address or a folder of this machine in it, and is no text. No bundle was written.`,
    why: 'In text, words take the place of addresses, logins and home folders. A binary file would be damaged by that.',
    next: 'Remove this file from the run, or export without --with-run.',
    exitCode: ExitCode.usage,
  });
}
