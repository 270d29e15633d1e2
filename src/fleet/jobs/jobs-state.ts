import { HeldByMember } from './held.js';
import { statusOf } from './job-status.js';
import { ImageShares } from './image-shares.js';
import { LiveJob } from './live-job.js';
import { asItCounts, badMembers } from './outcome.js';
import type { JobStatus } from './questions.js';
import type { WaitingAttempt } from './recalls.js';
import type { JobRecord, TaskRecord } from './record.js';
import { fits, type PlannedJob, type PlannedWorker } from './schedule.js';

interface EndedJob {
  sequence: number;
  status: JobStatus;
}

/** A job that nobody sees any more, and of which something may be left. */
export interface RemovedJob {
  id: string;
  owner: string;
  removedAt: string;
  /** Of its record. */
  sequence: number;
  /** What its MQTT client called it; null if it did not come by MQTT. */
  mqttId: string | null;
}

/** A job that has ended, and of which its MQTT client was not told yet. */
export interface UntoldByMqtt {
  mqttId: string;
  status: JobStatus;
}

/** A job that has ended, and names somebody who was not told yet. */
export interface Untold {
  url: string;
  status: JobStatus;
}

const noCounts = { queued: 0, running: 0, done: 0, failed: 0, cancelled: 0 };

/** All jobs of a fleet, computed from their records. Of jobs that have ended, only what lists show is kept. */
export class JobsState {
  readonly held = new HeldByMember();
  readonly #live = new Map<string, LiveJob>();
  readonly #ended = new Map<string, EndedJob>();
  readonly #untold = new Map<string, Untold>();
  readonly #untoldByMqtt = new Map<string, UntoldByMqtt>();
  readonly #removed = new Map<string, RemovedJob>();
  /** When each user's last task was given out, by `#count`. */
  readonly #served = new Map<string, number>();
  readonly #shares = new ImageShares();
  #count = 0;

  /** Takes a job's record; an older one does not count. @returns the job if it is new, was retried, or has other batches: its tasks are not loaded */
  applyJob(record: JobRecord, sequence: number): LiveJob | null {
    const { id } = record;
    const known = this.#live.get(id);
    if (sequence <= this.sequenceOf(id)) return null;
    this.#untold.delete(id);
    this.#untoldByMqtt.delete(id);
    if (record.ended_at !== null || record.removed_at !== null) {
      known?.close();
      this.#live.delete(id);
      this.#applyEnded(record, sequence);
      return null;
    }
    if (known?.isGoneOnBy(record) === true) {
      known.change(record, sequence);
      return null;
    }
    known?.close();
    const job = new LiveJob(record, sequence, this.held);
    this.#ended.delete(id);
    this.#live.set(id, job);
    return job;
  }

  /** Takes a task's record, null if it cannot be read. Those of jobs that have ended are of no interest. */
  applyTask(job: string, task: number, record: TaskRecord | null, sequence: number): boolean {
    const live = this.#live.get(job);
    const isNews = live?.apply(task, record, sequence) ?? false;
    if (live !== undefined && isNews && record !== null)
      this.#shares.see(live.record, asItCounts(live.record, record));
    return isNews;
  }

  has(id: string): boolean {
    return this.#live.has(id) || this.#ended.has(id) || this.#removed.has(id);
  }

  /** Of the job's record; 0 for an unknown one. */
  sequenceOf(id: string): number {
    return (this.#live.get(id) ?? this.#ended.get(id) ?? this.#removed.get(id))?.sequence ?? 0;
  }

  /** A job that has not ended. */
  live(id: string): LiveJob | null {
    return this.#live.get(id) ?? null;
  }

  get allLive(): Iterable<LiveJob> {
    return this.#live.values();
  }

  get untold(): Iterable<Untold> {
    return this.#untold.values();
  }

  get untoldByMqtt(): Iterable<UntoldByMqtt> {
    return this.#untoldByMqtt.values();
  }

  /** Jobs that have ended. */
  *ended(): Generator<JobStatus> {
    for (const { status } of this.#ended.values()) yield status;
  }

  get removed(): Iterable<RemovedJob> {
    return this.#removed.values();
  }

  /** Nothing of it is left. */
  forget(id: string): void {
    this.#removed.delete(id);
  }

  /** Tasks that run for a user, or replicas of services. */
  runningOf(owner: string, of: { services: boolean }): number {
    return this.#sumOf(owner, ({ underWay, isService }) => (isService === of.services ? underWay : 0));
  }

  /** Tasks of a user that are queued or run. */
  openOf(owner: string): number {
    return this.#sumOf(owner, ({ counts }) => counts.queued + counts.running);
  }

  /** @param waitsFor why nothing of a job runs */
  statusOf(id: string, waitsFor: (job: LiveJob) => string | null = () => null): JobStatus | null {
    const live = this.#live.get(id);
    if (live === undefined) return this.#ended.get(id)?.status ?? null;
    return statusOf(live.record, live.counts, waitsFor(live));
  }

  /** All jobs, the oldest first. */
  list(waitsFor?: (job: LiveJob) => string | null): JobStatus[] {
    return [...this.#ended.keys(), ...this.#live.keys()]
      .flatMap((id) => this.statusOf(id, waitsFor) ?? [])
      .sort((a, b) => (`${a.submitted_at} ${a.id}` < `${b.submitted_at} ${b.id}` ? -1 : 1));
  }

  /**
   * The next task of a job, which is taken until its record is applied, or it is put back; null if none is queued.
   * @param tried as of `LiveJob.take`
   */
  take(id: string, tried: readonly string[] | null, member: string): number | null {
    const job = this.#live.get(id);
    const task = job?.take(tried, member) ?? null;
    if (job === undefined || task === null) return null;
    this.#count += 1;
    job.served = this.#count;
    this.#served.set(job.record.owner, this.#count);
    return task;
  }

  /** Attempts that wait on their workers for a slot. */
  waiting(): WaitingAttempt[] {
    return this.held.members().flatMap((member) =>
      this.held.of(member).flatMap(({ record: { job: id, task, attempt, ends } }) => {
        const job = this.#live.get(id);
        if (job === undefined || job.isCancelled || job.times.of(task) !== null) return [];
        const place = { job: id, task, attempt };
        return [{ member, place, definition: job.record.definition, tried: badMembers(job.record, ends) }];
      }),
    );
  }

  #applyEnded(record: JobRecord, sequence: number): void {
    const { id, owner, definition, notice, mqtt, removed_at: removedAt } = record;
    if (removedAt !== null) {
      this.#ended.delete(id);
      this.#removed.set(id, { id, owner, removedAt, sequence, mqttId: mqtt?.id ?? null });
      return;
    }
    const status = statusOf(record, record.counts ?? noCounts);
    this.#ended.set(id, { sequence, status });
    if (mqtt !== null && mqtt.told !== record.retries)
      this.#untoldByMqtt.set(id, { mqttId: mqtt.id, status });
    const isOver = notice !== null && notice.state !== 'trying';
    if (definition.notify !== null && !isOver) this.#untold.set(id, { url: definition.notify, status });
  }

  #sumOf(owner: string, countOf: (job: LiveJob) => number): number {
    let sum = 0;
    for (const job of this.#live.values()) if (job.record.owner === owner) sum += countOf(job);
    return sum;
  }

  /** For `planAssignments`. @param workers all that can have tasks; without them, jobs with a model begin anew */
  planned(nowMs: number, workers: readonly PlannedWorker[] = []): PlannedJob[] {
    for (const job of this.#live.values()) job.endPauses(nowMs);
    const live = [...this.#live.values()].filter(({ isLoaded }) => isLoaded);
    const slots = workers.reduce((sum, { batchSlots }) => sum + batchSlots, 0);
    const sharing = live.filter(
      ({ isInference, queued, record: { definition } }) =>
        isInference && queued > 0 && workers.some((one) => fits(one, definition)),
    );
    const images = this.#shares.planned(sharing, slots);
    return live
      .filter(({ isPaused }) => !isPaused)
      .map((job) => ({
        id: job.record.id,
        owner: job.record.owner,
        weight: job.record.definition.weight,
        pool: job.record.definition.pool,
        base: job.record.definition.base,
        submittedAt: job.record.submitted_at,
        queued: job.queued,
        again: job.isCancelled ? [] : job.again,
        running: job.underWay,
        isShort: job.times.areShort,
        spread: job.spread,
        served: job.served,
        userServed: this.#served.get(job.record.owner) ?? 0,
        images: images.get(job.record.id) ?? null,
      }));
  }
}
