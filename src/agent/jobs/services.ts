import {
  type JobRecord,
  type JobStatus,
  maxReplicas,
  serviceNameFault,
  type ToldService,
} from '../../fleet/index.js';
import { Refused } from '../answers.js';
import type { HeldCheck } from './held-check.js';
import type { JobBook } from './job-book.js';
import type { Worker, Workers } from './workers.js';

/** What the leader knows of services: who has a replica that takes connections, and who takes them for it. */
export class Services {
  constructor(
    private readonly book: JobBook,
    private readonly parts: { workers: Workers; check: HeldCheck; nowMs: () => number },
  ) {}

  /** For workers: all services that were not cancelled. */
  told(): ToldService[] {
    const { state } = this.book;
    return [...state.allLive].flatMap(({ isCancelled, record: { id, definition } }) => {
      if (definition.service === null || isCancelled) return [];
      const replicas = this.#ready(id).map(({ worker, port }) => ({ address: worker.address ?? '', port }));
      return [{ job: id, name: definition.name, port: definition.service.port, replicas }];
    });
  }

  /** Adds to a job how it is reached, if it is a service that runs. */
  withEntries(job: JobStatus): JobStatus {
    if (job.service === null || job.ended_at !== null) return job;
    const members = this.#alive().flatMap(({ member, address, entries }) =>
      entries
        .filter((entry) => entry.job === job.id)
        .map(({ port, fault }) => ({ member, address: address ?? '', port, fault })),
    );
    return { ...job, service: { ...job.service, ready: this.#ready(job.id).length, members } };
  }

  #ready(id: string): { worker: Worker; port: number }[] {
    return this.#alive().flatMap((worker) =>
      worker.replicas
        .filter((one) => one.job === id && one.ready && this.parts.check.isOwn(worker.member, one))
        .map(({ port }) => ({ worker, port })),
    );
  }

  /** Those that say where they are reached. */
  #alive(): Worker[] {
    return this.parts.workers.alive(this.parts.nowMs()).filter(({ address }) => address !== null);
  }
}

/**
 * A service has its name and its port to itself.
 * @throws Refused
 */
export function checkService(book: JobBook, { id, definition }: JobRecord): void {
  const { service, name, tasks, timeout_s: timeoutS } = definition;
  if (service === null) return;
  const fault = serviceNameFault(name);
  if (fault !== null) throw new Refused('service-bad-name', `${fault}: ${JSON.stringify(name)} is none`);
  if (tasks.kind !== 'count' || tasks.count > maxReplicas)
    throw new Refused(
      'service-bad-count',
      `a service has from 1 to ${maxReplicas} replicas, without parameters`,
    );
  if (timeoutS !== null)
    throw new Refused('service-ends', 'a service runs until it is cancelled, and has no timeout');
  for (const { record, isCancelled } of book.state.allLive) {
    const other = record.definition;
    if (other.service === null || isCancelled || record.id === id) continue;
    if (other.name === name)
      throw new Refused(
        'service-taken',
        `there is a service ${name} already: ${record.id} of ${record.owner}`,
      );
    if (other.service.port === service.port)
      throw new Refused(
        'service-taken',
        `port ${service.port} is that of the service ${other.name}: ${record.id} of ${record.owner}`,
      );
  }
}
