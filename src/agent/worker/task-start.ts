import { posix } from 'node:path';
import {
  deviceRunFolder,
  type PreparedRole,
  type RoleStart,
  type RunningRole,
  type Runtime,
} from '../../deployment/index.js';
import { attemptName } from '../../logs/index.js';
import { CollabError } from '../../errors.js';
import type { Clock } from '../../events.js';
import type { Assignment } from '../../fleet/index.js';
import type { ConnectedDevice } from '../../network/index.js';
import type { AttemptStart } from './attempt-start.js';
import { type Environments, NotInstalled } from './environments.js';
import { insist } from './insist.js';
import { type JobFolders, removeTree } from './job-folders.js';
import type { ReplicaStart, Services } from './services.js';
import type { TaskImages } from './task-images.js';
import { taskOrder } from './task-order.js';

/** Files of a job are asked for again for so long. */
const patienceMs = 5 * 60_000;

/** A way to the store for one task: what it is told, and what its container gets. */
export interface OwnDoor extends AsyncDisposable {
  env: Readonly<Record<string, string>>;
  folders: NonNullable<RoleStart['folders']>;
}

export interface StartParts {
  connected: ConnectedDevice;
  folders: JobFolders;
  images: Pick<TaskImages, 'idFor'> | null;
  /** Whether tasks get the device's GPU. */
  hasGpu: boolean;
  environments: Pick<Environments, 'take' | 'release'>;
  services: Pick<Services, 'found' | 'startOf' | 'watch'>;
  openDoor: () => Promise<OwnDoor>;
}

/** What an attempt waits for. */
export interface StartContext {
  clock: Clock;
  /** Aborts when the attempt is not wanted any more. */
  stop: AbortSignal;
}

/** A task that is started for itself: in a container of its own, or as a process. */
export class TaskStart implements AttemptStart {
  readonly #over = new AbortController();
  #taking: Promise<Runtime> | null = null;
  #preparing: Promise<PreparedRole> | null = null;
  #replica: ReplicaStart | null = null;
  #isStarted = false;
  #disposing: Promise<void> | null = null;
  #door: OwnDoor | null = null;
  #venv: string | null = null;
  #isBroken = false;

  constructor(
    private readonly assigned: Assignment,
    private readonly parts: StartParts,
    private readonly context: StartContext,
  ) {}

  async fetch(): Promise<void> {
    await (this.#taking ??= takeFiles(this.assigned, this.parts.folders, this.context));
  }

  /** Its wrapper, in its container if it has one, is up and waits. */
  async ready(): Promise<void> {
    await (this.#preparing ??= this.#prepare(true));
  }

  async start(): Promise<RunningRole> {
    try {
      const prepared = await (this.#preparing ??= this.#prepare(false));
      this.context.stop.throwIfAborted();
      this.#isStarted = true;
      const role = await prepared.start();
      if (this.#replica !== null)
        void this.parts.services.watch(this.assigned, this.#replica, this.#over.signal);
      return role;
    } catch (error) {
      this.#isBroken = !(error instanceof NotInstalled || this.context.stop.aborted);
      throw error;
    }
  }

  async #prepare(hold: boolean): Promise<PreparedRole> {
    const runtime = await (this.#taking ??= takeFiles(this.assigned, this.parts.folders, this.context));
    const { folders, connected, images, hasGpu, environments, services, openDoor } = this.parts;
    const { job, owner, base, requirements } = this.assigned;
    const door = (this.#door = await openDoor());
    const imageId = (await images?.idFor(base)) ?? null;
    const made = { owner, files: folders.filesOf(job), imageId };
    if (requirements !== null)
      this.#venv = await environments.take({ ...made, requirements }, this.context.stop);
    const replica = (this.#replica = await services.startOf(this.assigned));
    const { env, hosts } = services.found;
    const own = { publish: replica?.publish ?? [], env: { ...door.env, ...env, ...replica?.env }, hosts };
    const reads = { data: [], folders: door.folders, venv: this.#venv };
    const order = taskOrder(this.assigned);
    return runtime.prepare({ connected, order, imageId, gpu: hasGpu, hold, ...reads, ...own });
  }

  /** The folder of the attempt has that of one role. */
  async remove(role: RunningRole): Promise<void> {
    await role.remove().catch(() => undefined);
    await removeTree(this.parts.connected, posix.dirname(role.folder));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return (this.#disposing ??= this.#dispose());
  }

  async #dispose(): Promise<void> {
    this.#over.abort();
    await this.#discard();
    await this.#door?.[Symbol.asyncDispose]();
    const taken = await this.#taking?.catch(() => null);
    if (taken) this.parts.folders.release(this.assigned.job, this.#isBroken);
    if (this.#venv !== null) await this.parts.environments.release(this.#venv);
  }

  /** Ends and removes what was made ready, and is not started any more. */
  async #discard(): Promise<void> {
    const prepared = await this.#preparing?.catch(() => null);
    if (!prepared || this.#isStarted) return;
    const { connected } = this.parts;
    const { job, task, attempt } = this.assigned;
    await prepared.discard();
    await removeTree(
      connected,
      `${deviceRunFolder(connected, job)}/${attemptName({ trial: task + 1, attempt })}`,
    );
  }
}

/** The files of the job, which are there until they are released. */
export function takeFiles(
  { job, owner, folder }: Assignment,
  folders: Pick<JobFolders, 'take'>,
  { clock, stop: signal }: StartContext,
): Promise<Runtime> {
  const insistence = { clock, signal, forMs: patienceMs, isFinal: isFinalFault };
  return insist(() => folders.take({ job, owner, folder }, signal), insistence);
}

const isFinalFault = (error: unknown): boolean =>
  error instanceof CollabError && ['store-unsafe-name', 'store-blocked'].includes(error.name);
