import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CollabError, ExitCode, getTo, getVersions, joinedVersions } from '../../../index.js';
import { type FleetOptions, type NamedStore, type Session, withStore } from '../../session/index.js';
import { fileResult, gotText } from '../../text/index.js';

export interface GetFlags extends FleetOptions {
  version?: number;
  versions?: number;
  into?: string;
}

/** `collab store get <name> [local]`: a file, a folder, or the last versions of a file. `-` writes to standard output. */
export async function storeGet(typed: string, local: string | undefined, flags: GetFlags): Promise<void> {
  checkFlags(local, flags);
  await withStore(typed, flags, 'events', async (named, session) => {
    if (local === '-') await toStdout(named, flags, session);
    else if (flags.versions !== undefined) await versions(named, local, flags, session);
    else await newest(named, local, flags, session);
  });
}

async function newest(
  { store, name }: NamedStore,
  local: string | undefined,
  { version }: GetFlags,
  { clock, emit, signal, print }: Session,
): Promise<void> {
  const where = local ?? (name === '' ? '.' : basename(name));
  const got = await getTo(store, { name, local: where, version }, { clock, emit, signal });
  const { path, files, totalBytes, left } = got;
  print(gotText(got, path), { name, path, files, total_bytes: totalBytes, left });
}

async function versions(
  { store, name }: NamedStore,
  local: string | undefined,
  { versions: count = 1, into }: GetFlags,
  { signal, print }: Session,
): Promise<void> {
  const out = into !== undefined ? { into } : { file: local ?? `${basename(name)}.versions` };
  const got = await getVersions(store, { name, count }, out, { signal });
  const where = into ?? got[0]?.path ?? '';
  print(`Got ${got.length} ${got.length === 1 ? 'version' : 'versions'} in ${where}, SHA-256 checked.`, {
    name,
    versions: got.map(({ version, path }) => ({ ...fileResult(version), path })),
  });
}

async function toStdout(
  { store, name }: NamedStore,
  { version, versions: count }: GetFlags,
  { signal }: Session,
): Promise<void> {
  const content =
    count === undefined
      ? (await store.open(name, version, signal)).content()
      : joinedVersions(store, (await store.versions(name)).slice(0, count).reverse(), signal);
  await pipeline(Readable.from(content, { highWaterMark: 1 }), process.stdout, { signal, end: false });
}

function checkFlags(local: string | undefined, { json, version, versions: count, into }: GetFlags): void {
  const wrong = (what: string, next: string) =>
    new CollabError('usage', { what, next, exitCode: ExitCode.usage });
  if (local === '-' && json === true)
    throw wrong('--json and the content cannot both go to standard output.', 'Leave one of them out.');
  if (version !== undefined && count !== undefined)
    throw wrong('--version is one version, --versions n the last n.', 'Leave one of them out.');
  if (into !== undefined && (count === undefined || local !== undefined))
    throw wrong('--into is the folder for several versions.', 'For example: --versions 3 --into folder');
}
