import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import { readFileIfThere, type Workspace, writeFileAtomic } from '../../workspace/index.js';
import { KnownHosts } from '../ssh/index.js';
import { deviceName } from './device.js';
import { LAN } from './lan.js';

const exitCode = ExitCode.usage;

/** The saved LANs of a workspace: `.collab/lans/<name>.json`, and `.collab/lan` with the name of the current one. */
export class LanStore {
  constructor(private readonly workspace: Workspace) {}

  /** Names of the saved LANs, sorted. */
  async list(): Promise<string[]> {
    const files = await readdir(this.workspace.lans).catch(() => []);
    return files.flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : [])).sort();
  }

  /** Saves a LAN and makes it the current one. */
  async save(lan: LAN): Promise<void> {
    await this.#write(lan);
    await this.use(lan.name);
  }

  /** Applies a change to the saved LAN, without making it current. @returns the saved result. */
  async change(name: string, change: (lan: LAN) => LAN): Promise<LAN> {
    const changed = change(await this.load(name));
    await this.#write(changed);
    return changed;
  }

  /** Deletes a saved LAN and the host keys of its devices. If it was current, no LAN is current afterwards. */
  async remove(name: string): Promise<void> {
    const path = this.#path(name);
    if (!(await this.list()).includes(name)) throw await this.#unknown(name);
    if ((await this.currentName()) === name) await rm(this.#currentPath, { force: true });
    await rm(path);
    await rm(this.workspace.knownHostsOf(name), { force: true });
  }

  /** Makes a saved LAN the current one. */
  async use(name: string): Promise<void> {
    if (!(await this.list()).includes(name)) throw await this.#unknown(name);
    await writeFileAtomic(this.#currentPath, `${name}\n`, 0o600);
  }

  /** @throws CollabError `unknown-lan`, or `lan-broken` with the path and all errors of the file. */
  async load(name: string): Promise<LAN> {
    const path = this.#path(name);
    const text = await readFileIfThere(path);
    if (text === null) throw await this.#unknown(name);
    try {
      return LAN.fromJSON(JSON.parse(text));
    } catch (error) {
      throw new CollabError('lan-broken', {
        what: `The LAN file ${path} cannot be used.`,
        why: error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error),
        next: `Restore it from a backup, or set it up again: collab lan remove ${name} --yes, then collab setup --lan ${name}`,
        exitCode,
        cause: error,
      });
    }
  }

  /** Name of the current LAN; null if none is selected. */
  async currentName(): Promise<string | null> {
    return (await readFileIfThere(this.#currentPath))?.trim() ?? null;
  }

  /** The current LAN. @throws CollabError `no-lan` if there is none. */
  async current(): Promise<LAN> {
    const name = await this.currentName();
    if (name) return this.load(name);
    const saved = await this.list();
    throw new CollabError('no-lan', {
      what: saved.length > 0 ? 'No LAN is selected.' : 'No LAN is set up in this workspace yet.',
      why: saved.length > 0 ? `Saved LANs: ${saved.join(', ')}` : undefined,
      next: saved.length > 0 ? 'Choose one: collab lan use <name>' : 'Set one up: collab setup',
      exitCode,
    });
  }

  async #write(lan: LAN): Promise<void> {
    const path = this.#path(lan.name);
    await this.workspace.openPrivate();
    await mkdir(this.workspace.lans, { recursive: true, mode: 0o700 });
    await writeFileAtomic(path, `${JSON.stringify(lan, null, 2)}\n`, 0o600);
  }

  get #currentPath(): string {
    return join(this.workspace.private, 'lan');
  }

  #path(name: string): string {
    checkLanName(name);
    return join(this.workspace.lans, `${name}.json`);
  }

  async #unknown(name: string): Promise<CollabError> {
    const names = await this.list();
    return new CollabError('unknown-lan', {
      what: `There is no saved LAN named ${name}.`,
      why: names.length > 0 ? `Saved LANs: ${names.join(', ')}` : 'No LAN has been saved yet.',
      next: 'Set one up: collab setup',
      exitCode,
    });
  }
}

/** @throws CollabError `bad-lan-name` for a name that is not safe as a file name */
export function checkLanName(name: string): void {
  if (deviceName.safeParse(name).success) return;
  throw new CollabError('bad-lan-name', {
    what: `${JSON.stringify(name)} is not a valid LAN name.`,
    next: 'Use letters, digits, dots, dashes and underscores.',
    exitCode,
  });
}

/** Removes these keys of a deleted host from the known hosts of every LAN. Other keys of the host are kept. */
export async function forgetInLans(
  workspace: Workspace,
  { host, port }: { host: string; port: number },
  fingerprints: readonly string[],
): Promise<void> {
  for (const lan of await new LanStore(workspace).list()) {
    await new KnownHosts(workspace.knownHostsOf(lan)).forgetKeys(host, port, fingerprints);
  }
}
