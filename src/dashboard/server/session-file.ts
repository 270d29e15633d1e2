import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '../../index.js';
import { type KeptSessions, readSessions } from './sessions.js';

/** Keeps sessions over a restart of the server. */
export class SessionFile {
  private saved = '';

  constructor(private readonly path: string) {}

  /** The sessions of an earlier server; none if there is no file, or it cannot be read. */
  async read(): Promise<KeptSessions> {
    return readSessions(await readFile(this.path, 'utf8').catch(() => ''));
  }

  /** Writes them if they have changed. */
  async save(sessions: KeptSessions): Promise<void> {
    const text = JSON.stringify(sessions);
    if (text === this.saved) return;
    await writeFileAtomic(this.path, text, 0o600);
    this.saved = text;
  }
}
