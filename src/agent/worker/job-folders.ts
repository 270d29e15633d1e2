import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { CollabError, messageOf } from '../../errors.js';
import { deviceRunFolder, type Runtime } from '../../deployment/index.js';
import { type FileStore, getTo } from '../../fleet/index.js';
import type { ConnectedDevice } from '../../network/index.js';
import type { AgentContext } from '../duty.js';
import { unlessAborted } from './unless-aborted.js';

/** A job whose folders were not used for so long loses them. */
const unusedMs = 3_600_000;

/** Which job, and where the store has its files. */
export interface JobPlace {
  job: string;
  owner: string;
  folder: string;
}

export interface JobFolderParts {
  connected: ConnectedDevice;
  /** State folder of the member. */
  state: string;
  openStore: (owner: string) => Promise<FileStore>;
  /** Opens a runtime for the tasks of one job. @param files folder with the job's files */
  openRuntime: (files: string) => Promise<Runtime>;
}

interface Kept {
  /** What has the job's files; null before somebody needs it, and after it failed. */
  runtime: Promise<Runtime> | null;
  /** So many attempts use it now. */
  users: number;
  usedAtMs: number;
}

/** The files of jobs on this device: fetched once per job, whole or not at all, and kept for the next task of the job. */
export class JobFolders {
  readonly #kept = new Map<string, Kept>();
  #removing: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: JobFolderParts,
    private readonly context: AgentContext,
  ) {}

  /** Ends what an earlier worker left running, and removes its folders. What cannot be removed is tried again at the next start. */
  async clear(): Promise<void> {
    const { connected, openRuntime } = this.parts;
    const left = await connected.shell.list(deviceRunFolder(connected, ''), false).catch(() => []);
    await Promise.all(
      left.map(async ({ path: job, kind }) => {
        if (kind !== 'directory') return;
        try {
          await (await openRuntime(this.filesOf(job))).endRoles(connected, job);
          await removeTree(connected, deviceRunFolder(connected, job));
        } catch (error) {
          this.context.log(`what is left of ${job} stays: ${messageOf(error)}`);
        }
      }),
    );
    await removeTree(connected, this.#jobs).catch((error: unknown) =>
      this.context.log(`files of jobs stay: ${messageOf(error)}`),
    );
  }

  /**
   * What runs tasks of the job, until it is released. The job's files are there then.
   * @param signal ends the waiting, but not the fetching, which other tasks wait for too
   */
  async take(place: JobPlace, signal: AbortSignal): Promise<Runtime> {
    const taking = this.#take(place);
    const runtime = await unlessAborted(taking, signal);
    if (runtime !== undefined) return runtime;
    void taking.then(
      () => this.release(place.job),
      () => undefined,
    );
    throw new Error('it is not waited for any more');
  }

  async #take(place: JobPlace): Promise<Runtime> {
    await this.#removing.catch(() => undefined);
    const kept = this.#kept.get(place.job) ?? { runtime: null, users: 0, usedAtMs: 0 };
    this.#kept.set(place.job, kept);
    kept.users += 1;
    const runtime = (kept.runtime ??= this.#open(place));
    try {
      return await runtime;
    } catch (error) {
      this.release(place.job);
      if (kept.runtime === runtime) kept.runtime = null;
      throw error;
    }
  }

  /** @param isBroken what it gave may be the reason of a fault, so that it is not used again */
  release(job: string, isBroken = false): void {
    const kept = this.#kept.get(job);
    if (kept === undefined) return;
    kept.users -= 1;
    kept.usedAtMs = this.#nowMs;
    if (isBroken) kept.runtime = null;
  }

  /** Removes what was not used for long. */
  removeUnused(): Promise<void> {
    const unused = [...this.#kept].filter(
      ([, { users, usedAtMs }]) => users === 0 && this.#nowMs - usedAtMs >= unusedMs,
    );
    if (unused.length > 0) this.#removing = this.#remove(unused.map(([job]) => job));
    return this.#removing;
  }

  async #remove(jobs: readonly string[]): Promise<void> {
    const { connected } = this.parts;
    for (const job of jobs) {
      this.#kept.delete(job);
      // First under another name, so that a removal that fails leaves no half of them under theirs.
      const files = this.filesOf(job);
      await rename(files, `${files}.part`).catch(() => undefined);
      await removeTree(connected, join(this.#jobs, job));
      await removeTree(connected, deviceRunFolder(connected, job));
    }
  }

  async #open(place: JobPlace): Promise<Runtime> {
    const files = this.filesOf(place.job);
    const { shell } = this.parts.connected;
    // They were fetched before, if only the runtime failed.
    const isThere = (await shell.list(join(this.#jobs, place.job), false)).some(
      ({ path }) => path === 'files',
    );
    if (!isThere) await this.#fetch(place, files);
    return this.parts.openRuntime(files);
  }

  async #fetch({ owner, folder }: JobPlace, files: string): Promise<void> {
    const { connected, openStore } = this.parts;
    const { clock, signal } = this.context;
    const part = `${files}.part`;
    await removeTree(connected, part);
    // A job that brings no files runs in an empty folder.
    await connected.shell.makeFolder(part);
    const store = await openStore(owner);
    const context = { clock, emit: () => undefined, signal };
    await getTo(store, { name: `${folder}/files`, local: part }, context).catch((error: unknown) => {
      if (!(error instanceof CollabError && error.name === 'store-no-file')) throw error;
    });
    await rename(part, files);
  }

  get #jobs(): string {
    return join(this.parts.state, 'jobs');
  }

  /** Where the files of a job are while it is taken. */
  filesOf(job: string): string {
    return join(this.#jobs, job, 'files');
  }

  get #nowMs(): number {
    return this.context.clock.now().getTime();
  }
}

/** Removes a folder, also one in which a task left folders that it may not write to. */
export async function removeTree({ shell }: ConnectedDevice, path: string): Promise<void> {
  try {
    await shell.remove(path);
  } catch {
    await shell.exec(['chmod', '-R', 'u+rwX', path]);
    await shell.remove(path);
  }
}
