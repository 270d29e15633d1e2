import type { FileKind, FileVersion, NewFile } from './file-store.js';
import type { S3Object } from './s3-objects.js';

/** What S3 does not keep of itself, in an object's user metadata. Headers are ASCII, so text is percent-encoded. */
export function metadataOf(
  { kind, mode, target }: Pick<NewFile, 'kind' | 'mode' | 'target'>,
  owner: string,
  sha256: string | null,
): Record<string, string> {
  return {
    'collab-kind': kind,
    'collab-mode': mode.toString(8),
    'collab-owner': encodeURIComponent(owner),
    ...(sha256 !== null && { 'collab-sha256': sha256 }),
    ...(target !== null && { 'collab-target': encodeURIComponent(target) }),
  };
}

/** The key of an entry. That of a folder ends with `/`, as other programs write it. */
export const keyOf = ({ name, kind }: { name: string; kind: FileKind }): string =>
  kind === 'folder' ? `${name}/` : name;

/** An object as a file. Those that another program put have no mode, hash and owner. */
export function fileOf({ key, sizeBytes, modified, metadata }: S3Object): FileVersion {
  const said = metadata ?? {};
  const isFolder = key.endsWith('/');
  const target = said['collab-target'];
  const kind = isFolder ? 'folder' : said['collab-kind'] === 'link' && target !== undefined ? 'link' : 'file';
  const mode = /^[0-7]{1,4}$/.exec(said['collab-mode'] ?? '')?.[0];
  const sha256 = /^[0-9a-f]{64}$/.exec(said['collab-sha256'] ?? '')?.[0];
  return {
    name: isFolder ? key.slice(0, -1) : key,
    version: 1,
    kind,
    sizeBytes: kind === 'file' ? sizeBytes : 0,
    sha256: kind === 'file' ? (sha256 ?? null) : null,
    mode: mode === undefined ? null : parseInt(mode, 8),
    owner: decoded(said['collab-owner'] ?? ''),
    putAt: modified,
    target: kind === 'link' ? decoded(target ?? '') : null,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
