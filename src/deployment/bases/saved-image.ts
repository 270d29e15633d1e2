import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { tarEntries } from '../archives/index.js';
import { badBaseFile } from './base-file.js';

/** Limit for the documents of a saved image that name its tags. */
const maxDocumentBytes = 1_000_000;

/**
 * Reads an image as `docker save` writes it. Refuses names and links that lead outside the archive, device files, and
 * tags other than the expected one.
 * @throws CollabError `bad-base-file`
 */
export async function checkSavedImage(tar: Readable, ref: string): Promise<void> {
  const tags: string[] = [];
  for await (const entry of tarEntries(tar)) {
    const { name, type, sizeBytes, linkName } = entry;
    if (leadsOut(name)) throw badBaseFile(`the image ${ref} has an entry ${JSON.stringify(name)}`);
    if (type === 'link' || (type === 'symlink' && leadsElsewhere(name, linkName ?? '')))
      throw badBaseFile(`the image ${ref} has a link ${JSON.stringify(name)} that leads elsewhere`);
    if (!['file', 'directory', 'symlink'].includes(type))
      throw badBaseFile(`the image ${ref} has an entry of the kind ${type}`);
    if (name === 'manifest.json' || name === 'index.json' || name === 'repositories') {
      if (sizeBytes > maxDocumentBytes) throw badBaseFile(`${name} of the image ${ref} is too large`);
      tags.push(...tagsIn(name, await text(entry.content)));
    }
    entry.content.resume();
  }
  const other = tags.find((tag) => tag.replace(/^docker\.io\//, '') !== ref);
  if (other !== undefined) throw badBaseFile(`the image ${ref} brings another tag, ${JSON.stringify(other)}`);
  if (tags.length === 0) throw badBaseFile(`the image ${ref} does not tell its tag`);
}

function leadsElsewhere(name: string, target: string): boolean {
  return target.startsWith('/') || leadsOut(`${name}/../${target}`, true);
}

/** Whether a path, relative to the top of the archive, leads outside it. */
function leadsOut(path: string, isLink = false): boolean {
  if (path.includes('\0') || path.includes('\\') || path.startsWith('/')) return true;
  let depth = 0;
  for (const part of path.split('/')) {
    if (part === '..') {
      if (!isLink || depth === 0) return true;
      depth -= 1;
    } else if (part !== '' && part !== '.') depth += 1;
  }
  return false;
}

/** The tags that a document of a saved image names: Docker's manifest.json and repositories, OCI's index.json. */
export function tagsIn(name: string, document: string): string[] {
  const value = parse(document);
  if (name === 'repositories') {
    return Object.entries((value ?? {}) as Record<string, Record<string, string>>).flatMap(
      ([repository, all]) => Object.keys(all).map((tag) => `${repository}:${tag}`),
    );
  }
  if (name === 'manifest.json') {
    return ((value ?? []) as { RepoTags?: string[] | null }[]).flatMap(({ RepoTags }) => RepoTags ?? []);
  }
  const { manifests } = (value ?? {}) as { manifests?: { annotations?: Record<string, string> }[] };
  return (manifests ?? []).flatMap(({ annotations }) => annotations?.['io.containerd.image.name'] ?? []);
}

function parse(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    throw badBaseFile('a document of an image is no JSON');
  }
}
