import type { Broker } from '../broker/index.js';
import { type FileTree, FleetStore, putTree, removeFiles } from '../files/index.js';
import { type AskOptions, LeaderAsked } from './ask-leader.js';
import {
  ambiguousJob,
  badAnswer,
  JobRefused,
  noTask,
  notYourFiles,
  uncertain,
  unknownJob,
} from './errors.js';
import { FleetBatchSizes } from './fleet-batch-sizes.js';
import { FleetDrains } from './fleet-drains.js';
import { FleetPools } from './fleet-pools.js';
import { newJobId } from './job-id.js';
import type { JobActs, JobsContext } from './jobs-context.js';
import { filesFolder } from './job-source.js';
import { getOutput, type JobOutput, withoutLines } from './output.js';
import { WorkersAsked } from './printed.js';
import type { JobsQuestion, JobStatus, TaskStatus, WorkerStatus } from './questions.js';
import { type JobDefinition, jobId } from './record.js';
import type { TaskLog } from './task-log.js';
import { type LogsWanted, type OutputPart, type OutputWanted, TaskLogs } from './task-logs.js';

const pageSize = 1000;
const pollMs = 500;

/** The jobs of a fleet as a user sees them: the leader answers about them, and their files are in the store. */
export class FleetJobs implements AsyncDisposable {
  /** The kept pools of the fleet. */
  readonly pools: FleetPools;
  /** Images in a batch of each model. */
  readonly batchSizes: FleetBatchSizes;
  /** Members that get no tasks. */
  readonly drains: FleetDrains;
  readonly #leader: LeaderAsked;
  readonly #logs: TaskLogs;

  constructor(
    broker: Broker,
    /** It has the connection, and closes it. */
    readonly store: FleetStore,
    private readonly context: JobsContext,
  ) {
    this.#leader = new LeaderAsked(broker, store.user, context.clock);
    this.pools = new FleetPools(this.#leader);
    this.batchSizes = new FleetBatchSizes(this.#leader);
    this.drains = new FleetDrains(this.#leader, context.clock);
    const { user, memberName, files } = store;
    const page = this.#page.bind(this);
    const workers = new WorkersAsked(broker, user, memberName);
    this.#logs = new TaskLogs({ workers, store: files, clock: context.clock, page, memberName });
  }

  /** Takes the connection over. @throws CollabError `store-missing`, `store-filling`, `store-unreachable` */
  static async open(
    broker: Broker,
    parts: Parameters<typeof FleetStore.open>[1],
    context: JobsContext,
  ): Promise<FleetJobs> {
    return new FleetJobs(broker, await FleetStore.open(broker, parts), context);
  }

  /** Who this user is in the fleet. */
  get user(): string {
    return this.store.user;
  }

  /** The name of a member; its id if nobody told the name. */
  get memberName(): (id: string) => string {
    return this.store.memberName;
  }

  /**
   * Puts files into the store, and submits a job that uses them.
   * @param tree of `openInputs`
   * @throws CollabError those of `putTree`, `job-uncertain`, and refusals of the leader
   */
  async submit(
    { tree, definition }: { tree: FileTree; definition: JobDefinition },
    { emit, signal }: JobActs,
  ): Promise<JobStatus> {
    const { clock } = this.context;
    const { id, folder: name } = this.newJob();
    const { files } = this.store;
    const placed = tree.files.map((file) => ({ ...file, name: `jobs/${id}/${file.name}` }));
    const put = await putTree(files, { ...tree, files: placed }, { name }, { clock, emit, signal });
    try {
      const job = await this.submitPut({ id, definition }, { emit });
      emit({ kind: 'job.submitted', id, name: job.name, tasks: job.tasks });
      return job;
    } catch (error) {
      if (!(error instanceof JobRefused)) throw uncertain(id, error);
      // Asked again after a lost answer, the leader refuses what it has accepted.
      const own = await this.show(id).catch(() => null);
      if (own?.owner === this.user) return own;
      await removeFiles(files, put);
      throw error;
    }
  }

  /** A new id, and the folder of the store in which the job with it has its files. */
  newJob(): { id: string; folder: string } {
    const { clock, random } = this.context;
    const id = newJobId(clock.now(), random);
    return { id, folder: `jobs/${id}/${filesFolder}` };
  }

  /** Submits a job whose files are in the store. Said again, it is the same job. */
  submitPut(
    job: { id: string; definition: JobDefinition; mqtt?: string },
    options?: AskOptions,
  ): Promise<JobStatus> {
    const what = `The job ${job.definition.name} was not submitted.`;
    return this.#job({ kind: 'submit', ...job }, what, options);
  }

  /** All jobs, the newest first. */
  async list(options?: AskOptions): Promise<JobStatus[]> {
    const answers = await this.#leader.all({ kind: 'list' }, 'The jobs were not listed.', options);
    const jobs = answers.flatMap((one) => (one.kind === 'jobs' ? one.jobs : []));
    return jobs.sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  /**
   * The job that is meant: by its id, by its name (the newest of these, the user's own first), or by the beginning of its id.
   * @throws CollabError `job-unknown`, `job-ambiguous`
   */
  async show(wanted: string, options?: AskOptions): Promise<JobStatus> {
    if (jobId.safeParse(wanted).success)
      return this.#job({ kind: 'show', id: wanted }, `The job ${wanted} was not found.`, options);
    const jobs = await this.list(options);
    const named = jobs.filter(({ name }) => name === wanted);
    const [newest] = named.filter(({ owner }) => owner === this.user).concat(named);
    if (newest !== undefined) return newest;
    const begun = wanted === '' ? [] : jobs.filter(({ id }) => id.startsWith(wanted));
    const ids = begun.map(({ id }) => id);
    if (begun.length > 1) throw ambiguousJob(wanted, ids);
    const [only] = begun;
    if (only !== undefined) return only;
    const known = jobs.map(({ id, name }) => `${id} (${name})`);
    throw unknownJob(wanted, known);
  }

  /** The tasks of a job with their attempts, from the first one on. */
  async *tasks(wanted: string, options?: AskOptions): AsyncGenerator<TaskStatus> {
    const { id } = await this.show(wanted, options);
    // An answer may hold fewer, so that it fits into a message; and batches may change meanwhile.
    for (let from = 0, total = Infinity; from < total;) {
      const page = await this.#page(id, from, pageSize, options);
      if (page.tasks.length === 0) return;
      yield* page.tasks;
      from += page.tasks.length;
      total = page.total;
    }
  }

  /** Ends a job: queued tasks are not begun, running ones are stopped. @returns how many tasks that were */
  async cancel(wanted: string, options?: AskOptions): Promise<{ job: JobStatus; tasks: number }> {
    const { id } = await this.show(wanted, options);
    return this.#change({ kind: 'cancel', id }, `The job ${id} was not cancelled.`, options);
  }

  /** Lets the failed tasks of a job be tried again. @returns how many they are */
  async retry(wanted: string, options?: AskOptions): Promise<{ job: JobStatus; tasks: number }> {
    const { id } = await this.show(wanted, options);
    return this.#change({ kind: 'retry', id }, `No task of the job ${id} is tried again.`, options);
  }

  /** Removes a job that has ended, with all its files. @returns what it was */
  async remove(wanted: string, options?: AskOptions): Promise<JobStatus> {
    const { id } = await this.show(wanted, options);
    return this.#job({ kind: 'remove', id }, `The job ${id} was not removed.`, options);
  }

  /** The key with which messages about this user's jobs are signed. @param renew makes a new one */
  async notifyKey(renew: boolean, options?: AskOptions): Promise<string> {
    const what = 'The key was not read.';
    const answers = await this.#leader.all({ kind: 'notify-key', renew }, what, options);
    const answer = answers.find((one) => one.kind === 'notify-key');
    if (answer === undefined) throw badAnswer('no key is in the answer to notify-key');
    return answer.key;
  }

  /** What runs tasks, and which. */
  async workers(options?: AskOptions): Promise<WorkerStatus[]> {
    const answers = await this.#leader.all({ kind: 'workers' }, 'The workers were not listed.', options);
    return answers.flatMap((one) => (one.kind === 'workers' ? one.workers : []));
  }

  /** Waits until a job has ended, and tells how far it is. */
  async wait(wanted: string, { emit, signal }: JobActs): Promise<JobStatus> {
    let job = await this.show(wanted, { emit, signal });
    for (let said = ''; ; job = await this.show(job.id, { emit, signal })) {
      const { id, name, tasks, state, counts, waits_for: reason } = job;
      if (job.ended_at !== null) {
        emit({ kind: 'job.ended', id, name, tasks, state, ...counts });
        return job;
      }
      const now = JSON.stringify([counts, reason]);
      if (now !== said) {
        if (reason !== null) emit({ kind: 'job.waiting', id, name, reason });
        emit({ kind: 'job.progress', id, name, tasks, ...counts });
      }
      said = now;
      await this.#pause(signal);
    }
  }

  /**
   * The standard output of tasks, in the order of the tasks: of those that have ended, and what those have printed so far that run.
   * @throws CollabError `job-no-task`, `job-not-yours`
   */
  async *logs(wanted: string, which: LogsWanted = {}, options?: AskOptions): AsyncGenerator<TaskLog> {
    yield* this.#logs.all(await this.#own(wanted, which.task, options), which, options);
  }

  /**
   * A part of what an attempt at a task has printed so far; null if none has begun, or not the one that is wanted.
   * @throws CollabError `job-no-task`, `job-not-yours`, `job-output-unread`
   */
  async printed(wanted: string, part: OutputWanted, options: AskOptions = {}): Promise<OutputPart | null> {
    return this.#logs.part(await this.#own(wanted, part.task, options), part, options);
  }

  /**
   * Gets what the attempts of a job left into the folder `trials` of a folder of this machine, one folder for each attempt.
   * @throws CollabError `job-no-output`, `job-other-run`, `job-not-yours`, and those of `getTo`
   */
  async output(
    wanted: string,
    folderOf: (job: JobStatus) => string,
    { emit, signal }: JobActs,
  ): Promise<JobOutput> {
    const job = await this.#own(wanted, undefined, { emit, signal });
    const tasks: TaskStatus[] = [];
    for await (const task of this.tasks(job.id, { emit, signal })) tasks.push(withoutLines(task));
    const folder = folderOf(job);
    const { clock } = this.context;
    return {
      job,
      tasks,
      folder,
      ...(await getOutput(this.store.files, { job, folder }, { clock, emit, signal })),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]();
  }

  async #pause(signal?: AbortSignal): Promise<void> {
    await this.context.clock.sleep(pollMs, signal);
    signal?.throwIfAborted();
  }

  /** A job whose files this user may see. */
  async #own(wanted: string, task: number | undefined, options?: AskOptions): Promise<JobStatus> {
    const job = await this.show(wanted, options);
    if (job.owner !== this.user) throw notYourFiles(job.id, job.owner);
    if (task !== undefined && task >= job.tasks) throw noTask(job.id, task, job.tasks);
    return job;
  }

  async #job(asked: JobsQuestion, what: string, options?: AskOptions): Promise<JobStatus> {
    const answers = await this.#leader.all(asked, what, options);
    const job = answers.map((one) => ('job' in one ? one.job : null)).find((one) => one !== null);
    if (job === undefined) throw badAnswer(`no job is in the answer to ${asked.kind}`);
    return job;
  }

  async #change(
    asked: JobsQuestion,
    what: string,
    options?: AskOptions,
  ): Promise<{ job: JobStatus; tasks: number }> {
    const answers = await this.#leader.all(asked, what, options);
    const changed = answers.find((one) => one.kind === 'changed');
    if (changed === undefined) throw badAnswer(`nothing is said of a change in the answer to ${asked.kind}`);
    return { job: changed.job, tasks: changed.tasks };
  }

  /** At most `limit` tasks (1000 at most) from one on; fewer if they do not fit into a message. */
  async page(id: string, from: number, limit: number, options?: AskOptions): Promise<TaskStatus[]> {
    return (await this.#page(id, from, limit, options)).tasks;
  }

  /** With the number of all tasks, which changes with the size of batches. */
  async #page(id: string, from: number, limit: number, options?: AskOptions) {
    const what = `The tasks of the job ${id} were not listed.`;
    const answers = await this.#leader.all({ kind: 'tasks', id, from, limit }, what, options);
    return answers.find((one) => one.kind === 'tasks') ?? { tasks: [], total: 0 };
  }
}
