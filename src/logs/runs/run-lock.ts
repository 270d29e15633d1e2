import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { jsonOf, parseJson, readFileIfThere, writeFileAtomic } from '../../workspace/index.js';
import { controllerRecord, type ControllerRecord } from '../records/index.js';
import { type ControllerState, lookForController, thisController } from './controller.js';

/** Folder of a run's locks, below the run's folder. */
const lockFolder = '.controllers';
const file = 'controller.json';

/**
 * Keeps every other process from writing a run's journal: two would tear it apart. Each process that takes up the run makes
 * the folder with the next number; the highest one is the lock. A folder is made under another name, complete, and renamed,
 * which fails where one of that name has content: so one process gets a number, and no lock is ever removed to take it
 * over. The lock of a process that was killed is recognized by the process, see `lookForController`.
 */
export class RunLock implements AsyncDisposable {
  private constructor(
    /** The run's folder. */
    readonly folder: string,
    private readonly path: string,
  ) {}

  /**
   * @param last the process that the run's record names, for a run that has no lock yet
   * @param evenUnchecked take it although it cannot be known whether its controller is still there
   * @throws CollabError `run-goes-on` if another process has the run, `run-unchecked` if that cannot be known
   */
  static async take(
    folder: string,
    { last = null, evenUnchecked = false }: { last?: ControllerRecord | null; evenUnchecked?: boolean } = {},
  ): Promise<RunLock> {
    const locks = join(folder, lockFolder);
    await mkdir(locks, { recursive: true });
    const own = await mkdtemp(join(locks, 'new-'));
    try {
      await writeFileAtomic(join(own, file), contentOf(await thisController()));
      for (;;) {
        const top = await highest(locks);
        const holder = top === 0 ? last : await holderOf(join(locks, String(top)));
        if (holder !== null) refuse(folder, holder, await lookForController(holder), evenUnchecked);
        const path = join(locks, String(top + 1));
        if (await renamed(own, path)) return new RunLock(folder, join(path, file));
      }
    } finally {
      await rm(own, { recursive: true, force: true });
    }
  }

  /** Whether no process has it that is there, or that cannot be looked for. */
  static async isFree(folder: string): Promise<boolean> {
    const locks = join(folder, lockFolder);
    const top = await highest(locks).catch(() => 0);
    const holder = top === 0 ? null : await holderOf(join(locks, String(top)));
    return holder === null || (await lookForController(holder)).is === 'gone';
  }

  /** The process does not write the run any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    // On a full disk the end of the process releases it.
    await writeFileAtomic(this.path, contentOf(null)).catch(() => undefined);
  }
}

const contentOf = (controller: ControllerRecord | null) => `${jsonOf({ controller })}\n`;

async function highest(locks: string): Promise<number> {
  const names = (await readdir(locks)).filter((name) => /^[1-9]\d{0,8}$/.test(name));
  return Math.max(0, ...names.map(Number));
}

/** Null when it was released, or holds nothing that was written whole: its process can have done nothing with it. */
async function holderOf(lock: string): Promise<ControllerRecord | null> {
  const text = await readFileIfThere(join(lock, file));
  try {
    const { controller } = parseJson(text ?? '') as { controller: unknown };
    return controllerRecord.parse(controller);
  } catch {
    return null;
  }
}

async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

function refuse(
  folder: string,
  { host, pid }: ControllerRecord,
  state: ControllerState,
  evenUnchecked: boolean,
): void {
  if (state.is === 'there') {
    throw new CollabError('run-goes-on', {
      what: `Process ${pid} of ${host} works on this run.`,
      why: folder,
      next: 'Follow it (collab watch), or end it (collab stop).',
      exitCode: ExitCode.deviceBusy,
    });
  }
  if (state.is === 'unchecked' && !evenUnchecked) {
    throw new CollabError('run-unchecked', {
      what: 'It cannot be known whether another process still works on this run.',
      why: `Process ${pid} of ${host} did: ${state.why}.`,
      next: `Use collab on ${host}. If you know that this process has ended, give --force.`,
      exitCode: ExitCode.deviceBusy,
    });
  }
}
