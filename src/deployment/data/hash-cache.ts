import { join } from 'node:path';
import { z } from 'zod';
import { readFileIfThere, type Workspace, writeFileAtomic } from '../../workspace/index.js';

const content = z.record(z.string(), z.string());

/** Number of folders to remember; the oldest are dropped first. */
const most = 1000;

/**
 * Hashes of folders by machine and fingerprint (names, sizes and times of the files), kept in
 * `.collab/data-hashes.json`, so that a data set is not read again for every run.
 */
export class HashCache {
  private known: Promise<Map<string, string>> | null = null;
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly workspace: Workspace) {}

  async get(machine: string, fingerprint: string): Promise<string | null> {
    return (await this.read()).get(`${machine} ${fingerprint}`) ?? null;
  }

  /** A cache that cannot be written only costs time, so it is not an error. */
  async set(machine: string, fingerprint: string, hash: string): Promise<void> {
    const all = await this.read();
    all.set(`${machine} ${fingerprint}`, hash);
    const [oldest] = all.keys();
    if (all.size > most && oldest !== undefined) all.delete(oldest);
    this.turn = this.turn.then(() => this.write(all)).catch(() => undefined);
    await this.turn;
  }

  private async write(all: ReadonlyMap<string, string>): Promise<void> {
    await this.workspace.openPrivate();
    await writeFileAtomic(this.path, `${JSON.stringify(Object.fromEntries(all), null, 1)}\n`);
  }

  private get path(): string {
    return join(this.workspace.private, 'data-hashes.json');
  }

  private read(): Promise<Map<string, string>> {
    this.known ??= readFileIfThere(this.path).then((text) => {
      try {
        return new Map(Object.entries(content.parse(JSON.parse(text ?? '{}'))));
      } catch {
        return new Map<string, string>();
      }
    });
    return this.known;
  }
}
