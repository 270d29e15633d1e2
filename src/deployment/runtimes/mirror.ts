import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { OpenFile, RemoteEntry, Shell } from '../../network/index.js';
import { fileSize, writeFileAtomic } from '../../workspace/index.js';
import { type MissingFile, notWhole, oneName } from './not-whole.js';

/** How often the logs of a running role are followed. Each time wakes the device's sshd. */
export const followEveryMs = 1000;
const chunkBytes = 1 << 20;
/** What a device answers in one piece. */
const requestBytes = 1 << 15;
/** Files that only grow are copied while the role runs; all others when it has ended. */
const growing = /^[^/]+\.(?:jsonl|log)$/;
/** Small files that are written under a temporary name and renamed. */
const whole = /^[^/]+\.json$/;
/** Most files of a role are small, and cost a few requests each. */
const copiesAtOnce = 8;
/** How often the collected files are compared with those of the device, and the differing ones copied again. */
const rounds = 3;

/**
 * A local copy of a role's folder. Each `follow` copies what is new since the last one: while the role runs, after a
 * lost connection, and at its end. A growing file stays open on the device, so that following costs it one listing and
 * one request for each file that grew.
 */
export class Mirror {
  private readonly copiedBytes = new Map<string, number>();
  private readonly opened = new Map<string, OpenFile>();
  private readonly seen = new Set<string>();
  /** The current copy: only one at a time, or both would copy the same bytes. */
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly shell: Shell,
    private readonly remoteFolder: string,
    readonly localFolder: string,
  ) {}

  /** Copies new log lines, and JSON files that have appeared. */
  follow(): Promise<void> {
    return this.inTurn(async () => {
      const entries = (await this.shell.list(this.remoteFolder, false)).filter(isWanted);
      const copies = await Promise.allSettled(entries.map((entry) => this.copyNew(entry)));
      for (const copy of copies) if (copy.status === 'rejected') throw copy.reason;
    });
  }

  /** Copies what is new in one growing file: a single request while nothing is. */
  followFile(path: string): Promise<void> {
    return this.inTurn(() => this.copyGrown(path, requestBytes));
  }

  /**
   * Copies everything that the role left, then compares the size of each file with the device's.
   * @throws CollabError `not-whole`, which names the files that are not here whole
   */
  collect(): Promise<void> {
    return this.inTurn(async () => {
      await this.release();
      let missing = await this.differing();
      for (let round = 0; round < rounds && missing.length > 0; round += 1) {
        await eachFew(missing, copiesAtOnce, ({ path }) => (isInside(path) ? this.copyAll(path) : undefined));
        missing = await this.differing();
      }
      if (missing.length > 0) throw notWhole(missing);
    });
  }

  /** Closes the files that are open on the device. */
  async release(): Promise<void> {
    const files = [...this.opened.values()];
    this.opened.clear();
    await Promise.all(files.map((file) => file.close()));
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    this.turn = this.turn
      .catch(() => undefined)
      .then(async () => {
        await stat(resolve(this.localFolder, '../../..')); // if the run was moved, nothing is written where it was
        await mkdir(this.localFolder, { recursive: true });
        await work();
      });
    return this.turn;
  }

  private async copyNew({ path, sizeBytes }: RemoteEntry): Promise<void> {
    if (growing.test(path)) {
      const offset = this.copiedBytes.get(path);
      if (offset === undefined || sizeBytes > offset) await this.copyGrown(path, sizeBytes - (offset ?? 0));
    } else if (!this.seen.has(path)) await this.copyWhole(path);
  }

  private async copyWhole(path: string): Promise<void> {
    const content = await this.shell.read(`${this.remoteFolder}/${path}`);
    if (content === null) return;
    await writeFileAtomic(join(this.localFolder, path), content);
    this.seen.add(path);
  }

  /** Copies the whole lines of JSON: a device with a full disk takes a part of a line back. */
  private async copyGrown(path: string, maxBytes: number): Promise<void> {
    let offset = this.copiedBytes.get(path) ?? 0;
    for (let left = maxBytes, first = true; left > 0 || first; first = false) {
      const asked = Math.min(left, chunkBytes);
      const chunk = await this.readOpened(path, offset, asked);
      if (chunk === null) return;
      const end =
        path.endsWith('.jsonl') && chunk.length < chunkBytes ? chunk.lastIndexOf(10) + 1 : chunk.length;
      await this.writeAt(path, offset, chunk.subarray(0, end));
      offset += end;
      left -= chunk.length;
      this.copiedBytes.set(path, offset);
      if (end < chunk.length || chunk.length < asked) return;
    }
  }

  /** Reads a file that stays open. If it cannot be read any more, as after the end of its session, it is opened anew. */
  private async readOpened(path: string, offset: number, maxBytes: number): Promise<Buffer | null> {
    const kept = this.opened.get(path);
    if (kept !== undefined) {
      try {
        return await kept.read(offset, maxBytes);
      } catch {
        this.opened.delete(path);
        await kept.close();
      }
    }
    const file = await this.shell.open(`${this.remoteFolder}/${path}`);
    if (file === null) return null;
    this.opened.set(path, file);
    return maxBytes === 0 ? Buffer.alloc(0) : file.read(offset, maxBytes);
  }

  /** Copies a file from where its copy ends, or anew if the copy is not the beginning of it. */
  private async copyAll(path: string): Promise<void> {
    if (whole.test(path)) return this.copyWhole(path);
    const here = await fileSize(join(this.localFolder, path));
    const copied = this.copiedBytes.get(path) ?? 0;
    // A copy that differs in a second round, or that is longer than the file, is not trusted.
    const isBeginning = growing.test(path) && here === copied && !this.seen.has(path);
    this.seen.add(path);
    let offset = isBeginning ? copied : 0;
    for (;;) {
      const chunk = await this.shell.read(`${this.remoteFolder}/${path}`, offset, chunkBytes);
      if (chunk === null) return;
      await this.writeAt(path, offset, chunk);
      offset += chunk.length;
      this.copiedBytes.set(path, offset);
      if (chunk.length < chunkBytes) return;
    }
  }

  /** Files of the device that have another size here, were never copied from it, or are one file here. */
  private async differing(): Promise<MissingFile[]> {
    const files = (await this.shell.list(this.remoteFolder)).filter(({ kind }) => kind === 'file');
    const here = await Promise.all(
      files.map(async ({ path }) => (isInside(path) ? fileHere(join(this.localFolder, path)) : null)),
    );
    // On a disk that does not tell upper from lower case, the last one copied is there under every such name.
    const keys = files.map(({ path }, at) => `${here[at]?.id} ${oneName(path)}`);
    const firstAt = new Map(keys.map((key, at) => [key, at] as const).reverse());
    const lastAt = new Map(keys.map((key, at) => [key, at] as const));
    return files.flatMap(({ path, sizeBytes }, at) => {
      const one = here[at] ?? null;
      const key = keys[at] ?? '';
      const isShared = one !== null && firstAt.get(key) !== lastAt.get(key);
      const isCopied = this.copiedBytes.has(path) || this.seen.has(path);
      if (one?.sizeBytes === sizeBytes && isCopied && !isShared) return [];
      return [
        {
          path,
          sizeBytes,
          hereBytes: isCopied ? (one?.sizeBytes ?? null) : null,
          isInside: isInside(path),
          isShared,
        },
      ];
    });
  }

  /** Writes at a position, not at the end: a copy that failed half-way is written over. */
  private async writeAt(path: string, offset: number, chunk: Buffer): Promise<void> {
    const local = join(this.localFolder, path);
    if (offset === 0) await mkdir(dirname(local), { recursive: true });
    const file = await open(local, offset === 0 ? 'w' : 'r+');
    try {
      // A file that is mostly a hole, as sparse arrays are saved, need not fill the disk here.
      if (chunk.length === chunkBytes && chunk.equals(zeros)) {
        await extend(file, offset + chunk.length);
        return;
      }
      for (let written = 0; written < chunk.length;) {
        const { bytesWritten } = await file.write(chunk, written, chunk.length - written, offset + written);
        written += bytesWritten;
      }
    } finally {
      await file.close();
    }
  }
}

/** Does work for each, a few at a time. All of it is over when it rejects. */
async function eachFew<T>(
  all: readonly T[],
  atOnce: number,
  work: (one: T) => Promise<void> | undefined,
): Promise<void> {
  const left = [...all];
  const inTurn = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
  };
  const ended = await Promise.allSettled(Array.from({ length: atOnce }, inTurn));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

const zeros = Buffer.alloc(chunkBytes);

/** Makes the end of a file, if it ends before `sizeBytes`, a hole; what is there already is zeroed. */
async function extend(file: FileHandle, sizeBytes: number): Promise<void> {
  await file.truncate(Math.min((await file.stat()).size, sizeBytes - chunkBytes));
  await file.truncate(sizeBytes);
}

async function fileHere(path: string): Promise<{ sizeBytes: number; id: string } | null> {
  try {
    const { size, dev, ino } = await stat(path, { bigint: true });
    return { sizeBytes: Number(size), id: `${dev}:${ino}` };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

function isWanted({ path, kind }: RemoteEntry): boolean {
  return kind === 'file' && isInside(path) && (whole.test(path) || growing.test(path));
}

/** File names come from the device: none may lead out of the run's folder. */
function isInside(path: string): boolean {
  return !path.startsWith('/') && !path.split('/').includes('..') && !path.includes('\0');
}
