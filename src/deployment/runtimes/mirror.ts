import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Shell } from '../../network/index.js';
import { writeFileAtomic } from '../../workspace/index.js';

const chunkBytes = 1 << 20;
/** Files that only grow are copied while the role runs; all others when it has ended. */
const growing = /^[^/]+\.(?:jsonl|log)$/;
/** Small files that are written under a temporary name and renamed. */
const whole = /^[^/]+\.json$/;

/**
 * A local copy of a role's folder. Each `follow` copies what is new since the last one: while the role runs, after a
 * lost connection, and at its end.
 */
export class Mirror {
  private readonly copiedBytes = new Map<string, number>();
  private readonly seen = new Set<string>();
  /** The current copy: only one at a time, or both would append the same bytes. */
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly shell: Shell,
    private readonly remoteFolder: string,
    readonly localFolder: string,
  ) {}

  /** Copies new log lines; with `all`, also outputs and all other files. */
  follow(all = false): Promise<void> {
    this.turn = this.turn.catch(() => undefined).then(() => this.copyNew(all));
    return this.turn;
  }

  private async copyNew(all: boolean): Promise<void> {
    await mkdir(this.localFolder, { recursive: true });
    for (const entry of await this.shell.list(this.remoteFolder)) {
      if (entry.kind === 'directory' || !isInside(entry.path)) continue;
      if (whole.test(entry.path)) await this.copyWhole(entry.path);
      else if (growing.test(entry.path) || all) await this.append(entry.path, entry.sizeBytes);
    }
  }

  private async append(path: string, sizeBytes: number): Promise<void> {
    const local = join(this.localFolder, path);
    let offset = this.copiedBytes.get(path) ?? 0;
    if (offset > 0 && offset >= sizeBytes) return;
    if (offset === 0) await mkdir(dirname(local), { recursive: true });
    do {
      const chunk = await this.shell.read(`${this.remoteFolder}/${path}`, offset, chunkBytes);
      if (chunk === null) return;
      await appendFile(local, chunk);
      offset += chunk.length;
      this.copiedBytes.set(path, offset);
      if (chunk.length === 0) return;
    } while (offset < sizeBytes);
  }

  private async copyWhole(path: string): Promise<void> {
    if (this.seen.has(path)) return;
    const content = await this.shell.read(`${this.remoteFolder}/${path}`);
    if (content === null) return;
    await writeFileAtomic(join(this.localFolder, path), content);
    this.seen.add(path);
  }
}

/** File names come from the device: none may lead out of the run's folder. */
function isInside(path: string): boolean {
  return !path.startsWith('/') && !path.split('/').includes('..') && !path.includes('\0');
}
