import type { FleetStatus, JobStatus, TaskStatus, WorkerStatus } from '../../src/index.js';

/** Members of the made-up fleet; each runs one task. */
export const memberCount = 100;
/** Tasks of its largest job. */
export const taskCount = 10_000;
/** Its other jobs, of as many tasks each. */
export const smallJobs = 100;
const doneAtFirst = 1000;
/** For a quarter of an hour, some end each second. */
const tasksPerS = 10;
const taskMs = (memberCount / tasksPerS) * 1000;

const memberId = (at: number) => (at + 1).toString(16).padStart(20, '0');
const nameOf = (at: number) => (at < 60 ? `nano${at + 1}` : `pi${at - 59}`);
export const jobId = (at: number) => `20261201-090000-j${String(at).padStart(5, '0')}`;
const iso = (ms: number) => new Date(ms).toISOString();
/** The same for the same member and second, and different for the next one. */
const between = (least: number, most: number, at: number, second: number) =>
  least + (most - least) * (((at * 37 + second * 61) % 101) / 100);

/** A fleet of 100 members with a job of 10,000 tasks and 100 jobs of 100, in which each member's load changes each second and 10 tasks end in each. */
export class MadeUpFleet {
  constructor(private readonly startMs: number) {}

  status(nowMs: number): FleetStatus {
    const second = Math.floor(nowMs / 1000);
    const members = Array.from({ length: memberCount }, (_, at) => memberStatus(at, second));
    return {
      // What the dashboard reads of the record.
      record: {
        keepers: { ids: [0, 1, 2].map(memberId) },
        members: members.map(({ member }) => member),
      } as unknown as FleetStatus['record'],
      viewOf: nameOf(0),
      replicated: true,
      members,
      strangers: [],
      store: {
        leader: memberId(0),
        keepers: 3,
        answering: 3,
        hasQuorum: true,
        belowTarget: 0,
        streams: 12,
        isDegraded: false,
        servers: [0, 1, 2].map((at) => ({
          member: memberId(at),
          isOffline: false,
          usedBytes: 3e9,
          freeBytes: 60e9,
          isFull: false,
        })),
      },
      storeFault: null,
      drains: [],
    };
  }

  workers(nowMs: number): WorkerStatus[] {
    const done = this.#done(nowMs);
    return Array.from({ length: memberCount }, (_, at) => ({
      member: memberId(at),
      slots: 1,
      replica_slots: 0,
      tags: [],
      runs: 'container',
      bases: [],
      capabilities: null,
      holds: [
        { job: jobId(0), task: done + ((at - (done % memberCount) + memberCount) % memberCount), attempt: 1 },
      ],
      drained: false,
      silent_ms: 200,
    }));
  }

  jobs(nowMs: number): JobStatus[] {
    const done = this.#done(nowMs);
    const small = Array.from({ length: smallJobs }, (_, at) =>
      jobStatus(at + 1, this.startMs - (at + 1) * 60_000, 100, 100),
    );
    return [jobStatus(0, this.startMs - 300_000, taskCount, done), ...small];
  }

  tasks(id: string, from: number, limit: number, nowMs: number): TaskStatus[] {
    const job = this.jobs(nowMs).find((one) => one.id === id);
    if (job === undefined) return [];
    const length = Math.max(0, Math.min(limit, job.tasks - from));
    return Array.from({ length }, (_, at) => this.#task(from + at, job));
  }

  #done(nowMs: number): number {
    const ended = doneAtFirst + Math.floor(((nowMs - this.startMs) * tasksPerS) / 1000);
    return Math.min(ended, taskCount - memberCount);
  }

  #task(task: number, job: JobStatus): TaskStatus {
    const isLarge = job.tasks === taskCount;
    const endMs = isLarge
      ? this.startMs + ((task - doneAtFirst) * 1000) / tasksPerS
      : Date.parse(job.submitted_at) + task * 50;
    const member = memberId(task % memberCount);
    const begun = { assigned_at: iso(endMs - taskMs - 100), started_at: iso(endMs - taskMs) };
    const parameters = { seed: task % 100, learning_rate: 0.001 * (1 + (task % 7)) };
    if (task < job.counts.done) {
      const end = { attempt: 1, member, outcome: 'done' as const, code: 0, reason: null, last_lines: '' };
      const ends = [{ ...end, ...begun, ended_at: iso(endMs) }];
      const free = { attempt: null, member: null, assigned_at: null, started_at: null };
      return { task, state: 'done', parameters, ...free, ends };
    }
    if (task < job.counts.done + job.counts.running)
      return { task, state: 'running', parameters, attempt: 1, member, ...begun, ends: [] };
    const none = { attempt: null, member: null, assigned_at: null, started_at: null };
    return { task, state: 'queued', parameters, ...none, ends: [] };
  }
}

function memberStatus(at: number, second: number): FleetStatus['members'][number] {
  const about = {
    id: memberId(at),
    name: nameOf(at),
    address: `10.0.0.${at + 1}:7946`,
    tags: ['shelf'],
    architecture: 'arm64',
    cores: 4,
    accelerator: at < 60 ? 'cuda' : null,
    version: '0.1.0',
  };
  const load = {
    load1: between(0, 4, at, second),
    cpuPercent: between(5, 95, at, second),
    memoryAvailableBytes: Math.round(between(1e9, 3e9, at, second)),
    memoryTotalBytes: 4e9,
    temperatureC: between(40, 70, at, second),
    powerW: between(3, 9, at, second),
  };
  const seen = { ...about, state: 'alive', stateS: 3600, heardS: between(0, 1, at, second), keeper: at < 3 };
  // What the dashboard reads of a member.
  return {
    member: { id: about.id, name: about.name },
    info: { self: seen, load, lease: null },
    error: null,
    seen,
    broker: null,
  } as unknown as FleetStatus['members'][number];
}

function jobStatus(at: number, submittedMs: number, tasks: number, done: number): JobStatus {
  const id = jobId(at);
  const running = Math.min(memberCount, tasks - done);
  const hasEnded = done === tasks;
  return {
    id,
    owner: 'ann',
    submitted_at: iso(submittedMs),
    folder: `jobs/${id}`,
    cancelled_at: null,
    retries: 0,
    ended_at: hasEnded ? iso(submittedMs + tasks * 50) : null,
    name: at === 0 ? 'grid search' : `seeds of model ${at}`,
    command: ['python3', 'train.py', '--seed', '{seed}', '--learning-rate', '{learning_rate}'],
    pool: [],
    base: null,
    notify: null,
    notice: null,
    tasks,
    state: hasEnded ? 'done' : 'running',
    counts: { queued: tasks - done - running, running, done, failed: 0, cancelled: 0 },
    waits_for: null,
    service: null,
    inference: null,
  };
}
