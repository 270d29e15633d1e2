import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { Entry, RandomAccessReader, ZipFile } from 'yauzl';
import { CollabError, ExitCode, messageOf } from '../../../errors.js';
import type { NewFile } from '../file-store.js';
import { type FileTree, nameIn, noContent, treeOf } from './file-tree.js';
import { type ListedEntry, maxEntries, planZip, ZipFault } from './zip-plan.js';

/** The files of a zip file, which stays open until this is disposed of. */
export interface ZipTree extends FileTree, AsyncDisposable {}

/** Each zip file begins with an entry, or with its end if it has none. */
const beginnings = ['PK\x03\x04', 'PK\x05\x06'];
const headerBytes = 30;
/** Bytes of Unix and of macOS in the upper half of `versionMadeBy`. */
const unixSystems = [3, 19];
const utf8Flag = 0x800;
/** Read at once of the directory, in which an entry takes two reads of some bytes. */
const aheadBytes = 64 * 1024;
const pieceBytes = 256 * 1024;
const nothing = Buffer.alloc(0);

type Yauzl = typeof import('yauzl');

/** Whether a file is a zip file, by its content. */
export async function isZip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return beginnings.includes(buffer.subarray(0, bytesRead).toString('latin1'));
  } finally {
    await file.close();
  }
}

/**
 * Reads the directory of a zip file. Contents are read from it when their turn comes, and nothing is unpacked on this machine.
 * @param root name of the folder that the files are put into
 * @throws CollabError `zip-refused` if anything in it is not safe or cannot be read; contents throw it too, in place of their end
 */
export async function readZipTree(path: string, root: string): Promise<ZipTree> {
  const yauzl = await import('yauzl');
  const zip = await openZip(yauzl, path);
  try {
    if (zip.entryCount > maxEntries)
      throw new ZipFault(`it has ${zip.entryCount} entries, and at most ${maxEntries} are allowed`);
    const listed: (ListedEntry & { packed: Entry })[] = [];
    for await (const entry of zip.eachEntry()) {
      const name = nameOf(entry, yauzl.getFileNameLowLevel);
      listed.push({ ...describe(entry), name, packed: entry });
      // Of a million entries, this would be a gigabyte.
      const unused = {
        fileNameRaw: nothing,
        extraFieldRaw: nothing,
        fileCommentRaw: nothing,
        extraFields: [],
      };
      Object.assign(entry, unused, { fileName: '', fileComment: '', comment: '' });
    }
    const files = planZip(listed, zip.fileSize).map(({ path: inside, kind, mode, entry }) => {
      const { name, packed, sizeBytes } = entry;
      const content = kind === 'folder' ? noContent : () => contentOf(zip, packed, `${path}: ${name}`);
      const file: NewFile = { name: nameIn(root, inside), kind, mode, target: null, content };
      return { file, sizeBytes };
    });
    const close = () => {
      zip.close();
      return Promise.resolve();
    };
    return { ...treeOf(files), [Symbol.asyncDispose]: close };
  } catch (error) {
    zip.close();
    throw refused(path, error);
  }
}

async function openZip(yauzl: Yauzl, path: string): Promise<ZipFile> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const options = { autoClose: false, decodeStrings: false, validateEntrySizes: true };
    return await yauzl.fromRandomAccessReaderPromise(readerOf(yauzl, file), size, options);
  } catch (error) {
    await file.close();
    throw refused(path, error);
  }
}

/** Reads a file for yauzl, small pieces from memory. */
function readerOf({ RandomAccessReader: Base }: Yauzl, file: FileHandle): RandomAccessReader {
  class Reader extends Base {
    #start = 0;
    #held = nothing;

    override _readStreamForRange(start: number, end: number) {
      return Readable.from(piecesOf(file, start, end), { objectMode: false });
    }

    override read(...[to, offset, length, position, done]: Parameters<RandomAccessReader['read']>): void {
      const take = () => this.#held.copy(to, offset, position - this.#start, position - this.#start + length);
      const isHeld = position >= this.#start && position + length <= this.#start + this.#held.length;
      if (isHeld) {
        take();
        done(null);
        return;
      }
      this.#hold(position, Math.max(length, aheadBytes)).then(
        () => done(take() < length ? new ZipFault('it ends too early') : null),
        (error: unknown) => done(error as Error),
      );
    }

    override close(done: (error: Error | null) => void): void {
      file.close().then(
        () => done(null),
        (error: unknown) => done(error as Error),
      );
    }

    async #hold(start: number, bytes: number): Promise<void> {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, start);
      this.#start = start;
      this.#held = buffer.subarray(0, bytesRead);
    }
  }
  return new Reader();
}

async function* piecesOf(file: FileHandle, start: number, end: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end;) {
    const length = Math.min(pieceBytes, end - at);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

function describe(entry: Entry): Omit<ListedEntry, 'name'> {
  const { compressedSize, uncompressedSize, relativeOffsetOfLocalHeader: start } = entry;
  const isUnix = unixSystems.includes(entry.versionMadeBy >>> 8);
  return {
    unixMode: isUnix ? entry.externalFileAttributes >>> 16 : 0,
    isEncrypted: entry.isEncrypted(),
    method: entry.compressionMethod,
    sizeBytes: uncompressedSize,
    start,
    leastEnd: start + headerBytes + entry.fileNameLength + compressedSize,
  };
}

/** A name without the flag of UTF-8 should be in the character set of DOS. Some programs write UTF-8 all the same. */
function nameOf(entry: Entry, decode: Yauzl['getFileNameLowLevel']): string {
  const { fileNameRaw: raw, generalPurposeBitFlag: flags, extraFields } = entry;
  const isUtf8 = Buffer.from(raw.toString()).equals(raw);
  return decode(isUtf8 ? flags | utf8Flag : flags, raw, extraFields, true);
}

async function* contentOf(zip: ZipFile, entry: Entry, label: string): AsyncIterable<Uint8Array> {
  let sum = 0;
  try {
    for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (error) {
    throw refused(label, error);
  }
  if (sum !== entry.crc32)
    throw refused(label, new ZipFault('its checksum (CRC-32) is another one: it is damaged'));
}

function refused(label: string, error: unknown): CollabError {
  const why = messageOf(error);
  return new CollabError('zip-refused', {
    what: `${label} cannot be used.`,
    why: `${why.charAt(0).toUpperCase()}${why.slice(1)}${/[.!?]$/.test(why) ? '' : '.'}`,
    next: 'Make the zip file again, e.g. with: python3 -m zipfile -c job.zip <folder>. Or name the folder itself.',
    exitCode: ExitCode.usage,
    cause: error,
  });
}
