import {
  type FileVersion,
  formatBytes,
  type Holding,
  type Scrubbed,
  type StoreCount,
  type StoreShare,
} from '../../index.js';
import { table } from './table.js';

const timeOf = (time: Date) => time.toISOString().slice(0, 16).replace('T', ' ');
const countOf = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
/** Folders and links have no size of their own. */
const sizeOf = ({ kind, sizeBytes }: FileVersion) => (kind === 'file' ? formatBytes(sizeBytes) : kind);
const shownName = ({ name, kind, target }: FileVersion) =>
  kind === 'folder' ? `${name}/` : kind === 'link' ? `${name} -> ${target ?? ''}` : name;

/** Files with the name last, because names may be long. */
export function filesText(files: readonly FileVersion[], keepsVersions: boolean): string {
  if (files.length === 0) return 'No file matches.';
  const rows = files.map((file) => [
    sizeOf(file),
    ...(keepsVersions ? [file.version] : []),
    timeOf(file.putAt),
    ...(keepsVersions ? [file.owner] : []),
    shownName(file),
  ]);
  const headings = keepsVersions
    ? ['SIZE', 'VERSION', 'PUT (UTC)', 'OWNER', 'NAME']
    : ['SIZE', 'PUT (UTC)', 'NAME'];
  return table(headings, rows);
}

export function versionsText(versions: readonly FileVersion[]): string {
  const rows = versions.map((one) => [
    one.version,
    sizeOf(one),
    timeOf(one.putAt),
    one.owner,
    one.sha256?.slice(0, 16) ?? '',
  ]);
  return table(['VERSION', 'SIZE', 'PUT (UTC)', 'OWNER', 'SHA-256'], rows);
}

/** A file's versions, and the devices that hold them. */
export function holdingsText(holdings: readonly Holding[], nameOf: (member: string) => string): string {
  const rows = holdings.map(({ version, parts, replicas, target, holders }) => [
    version.n,
    version.kind === 'file' ? formatBytes(version.size_bytes) : version.kind,
    parts,
    target === null || replicas >= target ? replicas : `${replicas} of ${target}`,
    holders
      .map((one) => ({ name: nameOf(one.member), parts: one.parts }))
      .sort((a, b) => a.name.localeCompare(b.name))
      .map((one) => (one.parts === parts ? one.name : `${one.name} (${one.parts} of ${parts})`))
      .join(', '),
  ]);
  return table(['VERSION', 'SIZE', 'PARTS', 'REPLICAS', 'DEVICES'], rows);
}

/** What each device holds. */
export function sharesText(shares: readonly StoreShare[], nameOf: (member: string) => string): string {
  const named = shares.map((one) => ({ one, name: nameOf(one.member) }));
  named.sort((a, b) => a.name.localeCompare(b.name));
  const rows = named.map(({ one, name }) => [
    name,
    one.files,
    one.versions,
    formatBytes(one.bytes),
    one.usedBytes === null ? 'not known' : formatBytes(one.usedBytes),
    one.freeBytes === null ? 'not known' : formatBytes(one.freeBytes),
    one.isOffline ? 'does not answer' : '',
  ]);
  return table(['DEVICE', 'FILES', 'VERSIONS', 'CONTENT', 'ON DISK', 'FREE', ''], rows, undefined, [
    'VERSIONS',
  ]);
}

/** What one device holds, by name. */
export function shareText(held: readonly { name: string; versions: number; bytes: number }[]): string {
  if (held.length === 0) return 'It holds no files.';
  const rows = held.map(({ name, versions, bytes }) => [formatBytes(bytes), versions, name]);
  return table(['CONTENT', 'VERSIONS', 'NAME'], rows);
}

export function countText({ files, folders, links, bytes }: StoreCount): string {
  return [
    `${countOf(files, 'file')}, ${formatBytes(bytes)}`,
    ...(folders > 0 ? [countOf(folders, 'folder')] : []),
    ...(links > 0 ? [countOf(links, 'link')] : []),
  ].join(', ');
}

/** What a put made. */
export function putText(files: readonly FileVersion[], name: string, place: string): string {
  const [only] = files;
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const where = name === '' ? place : `${name} in ${place}`;
  if (only !== undefined && files.length === 1 && only.name === name)
    return `Put ${where}: version ${only.version}, ${formatBytes(bytes)}.`;
  const count = files.filter(({ kind }) => kind === 'file').length;
  return `Put ${where}: ${countOf(count, 'file')}, ${formatBytes(bytes)}.`;
}

export function gotText(got: { files: number; totalBytes: number }, path: string): string {
  return `Got ${countOf(got.files, 'file')} (${formatBytes(got.totalBytes)}) in ${path}, SHA-256 checked.`;
}

export function removedText(files: readonly FileVersion[], versions: number): string {
  const count = files.filter(({ kind }) => kind !== 'folder').length;
  return `Deleted ${countOf(count, 'file')} with ${countOf(versions, 'version')}.`;
}

/** A version of a file, for --json. */
export const fileResult = (one: FileVersion) => ({
  name: one.name,
  version: one.version,
  type: one.kind,
  size_bytes: one.sizeBytes,
  sha256: one.sha256,
  mode: one.mode === null ? null : one.mode.toString(8).padStart(4, '0'),
  owner: one.owner,
  put_at: one.putAt.toISOString(),
  target: one.target,
});

/** What a scrub found. */
export function scrubbedText({ files, versions, bytes, damaged, repaired, lost }: Scrubbed): string {
  const read = `Read ${countOf(files, 'file')} with ${countOf(versions, 'version')}, ${formatBytes(bytes)} of all replicas`;
  if (damaged === 0 && lost === 0) return `${read}: all are as they were put.`;
  return `${read}: ${damaged} damaged, ${repaired} repaired, ${lost} lost.`;
}
