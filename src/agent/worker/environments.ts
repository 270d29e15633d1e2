import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { filesBelow, folderFiles, requirementFiles } from '../../deployment/index.js';
import { messageOf, plainText } from '../../errors.js';
import { sha256OfFile } from '../../workspace/index.js';
import type { AgentContext } from '../duty.js';
import { unlessAborted } from './unless-aborted.js';
import { lastLinesOf } from './judge.js';

/** One that no task has used for so long is removed. */
const unusedMs = 7 * 24 * 3_600_000;
/** What could not be installed is not tried again for so long: a job may have many tasks. */
const failedMs = 60_000;
/** Its time is when a task last began or ended to use an environment. It is written last, so an environment without it is not whole. */
const usedFile = 'used';

/** What an environment is made from. */
export interface EnvironmentPlace {
  /** Whose job it is. Packages may run any code when they are installed, so no user's tasks get an environment of another. */
  owner: string;
  /** Folder of this device with the job's files; where it is made, a copy. */
  files: string;
  /** The requirements file, below that folder. */
  requirements: string;
  /** Id of the image that it is made in; null for the Python of this device. */
  imageId: string | null;
}

/**
 * Makes an environment.
 * @param venv folder of this device for it
 * @returns the exit code, and all that was printed
 */
export type MakeEnvironment = (
  place: EnvironmentPlace,
  venv: string,
  signal: AbortSignal,
) => Promise<{ code: number | null; printed: string }>;

/** Requirements that could not be installed. */
export class NotInstalled extends Error {
  /** @param lastLines of what pip printed */
  constructor(readonly lastLines: string) {
    super('its requirements could not be installed');
  }
}

/**
 * Virtual environments of Python, one for each content of requirements, each base image, and each user: made once, kept on this
 * device, and read by tasks of all jobs of the user that ask for the same.
 */
export class Environments {
  readonly #made = new Map<string, Promise<string>>();
  readonly #failedMs = new Map<string, number>();
  readonly #keys = new Map<string, Promise<string>>();
  /** How many tasks use each, or wait for it. */
  readonly #users = new Map<string, number>();
  #removing: Promise<void> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly make: MakeEnvironment,
    private readonly context: AgentContext,
  ) {}

  /**
   * The folder of the environment, which is made if there is none. It stays until it is released.
   * @param signal ends the waiting, but not the making, which other tasks wait for too
   * @throws NotInstalled
   */
  async take(place: EnvironmentPlace, signal: AbortSignal): Promise<string> {
    const key = await this.#keyOf(place);
    this.#users.set(key, (this.#users.get(key) ?? 0) + 1);
    try {
      await this.#removing.catch(() => undefined);
      const folder = await this.#whenMade(key, place, signal);
      await this.#touch(folder).catch(() => undefined);
      return join(folder, 'venv');
    } catch (error) {
      this.#leave(key);
      throw error;
    }
  }

  /** A task that took it has ended. @param venv what `take` gave it */
  async release(venv: string): Promise<void> {
    const folder = dirname(venv);
    // A week from now, not from when the task began.
    await this.#touch(folder).catch(() => undefined);
    this.#leave(basename(folder));
  }

  /** Removes those that no task uses or has used for long, and what was not finished. */
  removeUnused(): Promise<void> {
    this.#removing = this.#removing.catch(() => undefined).then(() => this.#removeUnused());
    return this.#removing;
  }

  async #whenMade(key: string, place: EnvironmentPlace, signal: AbortSignal): Promise<string> {
    if (this.#nowMs - (this.#failedMs.get(key) ?? Infinity) > failedMs) {
      this.#made.delete(key);
      this.#failedMs.delete(key);
    }
    const making = this.#made.get(key) ?? this.#ensure(key, place);
    this.#made.set(key, making);
    making.then(
      () => this.#failedMs.delete(key),
      () => this.#failedMs.set(key, this.#failedMs.get(key) ?? this.#nowMs),
    );
    const folder = await unlessAborted(making, signal);
    if (folder === undefined) throw new Error('it is not waited for any more');
    return folder;
  }

  async #removeUnused(): Promise<void> {
    const now = this.#nowMs;
    for (const name of await readdir(this.folder).catch(() => [])) {
      const folder = join(this.folder, name);
      const used = await stat(join(folder, usedFile)).catch(() => null);
      if (this.#users.has(name) || (used !== null && now - used.mtimeMs < unusedMs)) continue;
      // One that is being made is not whole, and nobody may wait for it any more.
      if (used === null && this.#made.has(name)) continue;
      this.#made.delete(name);
      await removeFolder(folder);
    }
    this.#keys.clear();
  }

  #leave(key: string): void {
    const left = (this.#users.get(key) ?? 0) - 1;
    if (left > 0) this.#users.set(key, left);
    else this.#users.delete(key);
  }

  async #touch(folder: string): Promise<void> {
    const [file, now] = [join(folder, usedFile), this.context.clock.now()];
    await writeFile(file, '');
    await utimes(file, now, now);
  }

  get #nowMs(): number {
    return this.context.clock.now().getTime();
  }

  /** At its final path, which its programs name. */
  async #ensure(key: string, { files, ...place }: EnvironmentPlace): Promise<string> {
    const folder = join(this.folder, key);
    if ((await stat(join(folder, usedFile)).catch(() => null)) !== null) return folder;
    await removeFolder(folder);
    const [venv, source] = [join(folder, 'venv'), join(folder, 'source')];
    try {
      await mkdir(venv, { recursive: true, mode: 0o700 });
      // A package is built beside its code.
      await cp(files, source, { recursive: true, verbatimSymlinks: true });
      const { code, printed } = await this.make({ ...place, files: source }, venv, this.context.signal);
      if (code !== 0) throw new NotInstalled(lastLinesOf(printed));
      await removeFolder(source);
      await this.#touch(folder);
      return folder;
    } catch (error) {
      await removeFolder(folder).catch(() => undefined);
      throw error instanceof NotInstalled ? error : new NotInstalled(plainText(messageOf(error)));
    }
  }

  /** What a job brings does not change while it is here. */
  #keyOf(place: EnvironmentPlace): Promise<string> {
    const text = JSON.stringify([place.owner, place.files, place.requirements, place.imageId]);
    const key = this.#keys.get(text) ?? keyOf(place);
    this.#keys.set(text, key);
    key.catch(() => this.#keys.delete(text));
    return key;
  }
}

const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

/** Says what is in the environment: its user, the image, the file, all files that it names, and where they are below the folder. */
async function keyOf({ owner, files, requirements, imageId }: EnvironmentPlace): Promise<string> {
  const all = await filesBelow(files, await folderFiles(files), '');
  const hash = createHash('sha256').update(`${owner}\0${imageId ?? 'process'}\0${requirements}\0`);
  for (const file of await requirementFiles({ pip: [], requirements }, all))
    if ('path' in file) hash.update(`${file.name}\0${await sha256OfFile(file.path)}\0`);
  // Without such a file, pip says so.
  hash.update(await readFile(join(files, requirements)).catch(() => ''));
  return hash.digest('hex').slice(0, 24);
}
