import { basename } from 'node:path';
import {
  countFiles,
  type FleetStore,
  filesMatching,
  getTo,
  heldByMember,
  holdingsOf,
  planRemoval,
  putPath,
  removeFiles,
  sharesOf,
  systemClock,
  versionsOf,
} from '../../../index.js';
import {
  countText,
  filesText,
  gotText,
  holdingsText,
  putText,
  removedText,
  sharesText,
  shareText,
  versionsText,
} from '../../text/index.js';

type Answer = (store: FleetStore, words: readonly string[], signal: AbortSignal) => Promise<string>;

/** What the console answers about files, with the words of `collab store`. */
export const storeAnswers = new Map<string, { does: string; answer: Answer }>([
  ['put', { does: 'put <local> <name>  puts a file or folder', answer: put }],
  ['get', { does: 'get <name> [local]  gets a file or folder', answer: get }],
  ['ls', { does: 'ls <name>          devices that hold its replicas', answer: ls }],
  ['ls-all', { does: 'ls-all [pattern]   files', answer: lsAll }],
  ['store', { does: 'store [device]     what each device holds', answer: holds }],
  ['versions', { does: 'versions <name>    versions that are kept', answer: versions }],
  ['delete', { does: 'delete <name>      deletes a file of yours with all versions', answer: remove }],
  ['count', { does: 'count [pattern]    how many files, and their bytes', answer: count }],
]);

const context = (signal: AbortSignal) => ({ clock: systemClock, emit: () => undefined, signal });

async function put({ files }: FleetStore, words: readonly string[], signal: AbortSignal): Promise<string> {
  const [local, name] = words;
  if (local === undefined || name === undefined)
    return 'Name the file and its name there: put a.txt inputs/a.txt';
  return putText(await putPath(files, { local, name }, context(signal)), name, files.place);
}

async function get({ files }: FleetStore, words: readonly string[], signal: AbortSignal): Promise<string> {
  const [name, local] = words;
  if (name === undefined) return 'Name the file: get inputs/a.txt';
  const got = await getTo(files, { name, local: local ?? basename(name) }, context(signal));
  return gotText(got, got.path);
}

async function ls(store: FleetStore, [name]: readonly string[], signal: AbortSignal): Promise<string> {
  if (name === undefined) return 'Name the file: ls inputs/a.txt';
  const record = await store.record(name, signal);
  return holdingsText(holdingsOf(record, await store.placement(signal)), store.memberName);
}

async function lsAll(
  { files }: FleetStore,
  [pattern = '']: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  return filesText(await filesMatching(files, pattern, signal), files.keepsVersions);
}

async function holds(store: FleetStore, [device]: readonly string[], signal: AbortSignal): Promise<string> {
  const placement = await store.placement(signal);
  const records = store.records('', signal);
  if (device === undefined) return sharesText(await sharesOf(records, placement), store.memberName);
  return shareText(await heldByMember(records, store.memberNamed(device), placement));
}

async function versions({ files }: FleetStore, [name]: readonly string[]): Promise<string> {
  if (name === undefined) return 'Name the file: versions inputs/a.txt';
  return versionsText(await versionsOf(files, name));
}

async function remove(store: FleetStore, [name]: readonly string[], signal: AbortSignal): Promise<string> {
  if (name === undefined) return 'Name the file: delete inputs/a.txt';
  const options = { user: store.user, force: false, recursive: false, signal };
  const removed = await planRemoval(store.files, name, options);
  return removedText(removed, await removeFiles(store.files, removed));
}

async function count(
  { files }: FleetStore,
  [pattern = '']: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  return countText(await countFiles(files, pattern, signal));
}
