import {
  CollabError,
  type DrainStatus,
  type JobStatus,
  type Member,
  type MembersSight,
  messageOf,
  type StoreSight,
  type WorkerStatus,
} from '../../index.js';
import {
  type DrainEntry,
  type Hub,
  type JobEntry,
  type MemberEntry,
  steadyMembers,
  type StoreEntry,
  type TopicName,
  type Topics,
  type WorkerEntry,
} from '../live/index.js';
import type { DashboardParts } from './parts.js';

/** How often the fleet is asked while a page is open, and while none is. The keepers take a second to say how the store is. */
const lookedAtMs = 1000;
const storeMs = 3000;
const aloneMs = 5000;

/** Asks the fleet again and again until the signal aborts, and tells the hub. */
export async function watchFleet(
  parts: Pick<DashboardParts, 'members' | 'store' | 'workers' | 'jobs' | 'clock'>,
  hub: Hub,
  signal: AbortSignal,
): Promise<void> {
  const every = async (ask: () => Promise<void>, periodMs = lookedAtMs) => {
    while (!signal.aborted) {
      const startedMs = nowMs();
      await ask();
      // A clock that is set back must not stop the asking.
      const tookMs = Math.max(0, nowMs() - startedMs);
      // A fleet that answers slowly is asked less often.
      await parts.clock.sleep(
        Math.max((hub.hasListeners ? periodMs : aloneMs) - tookMs, lookedAtMs / 4),
        signal,
      );
    }
  };
  const told = async <Name extends TopicName>(name: Name, ask: () => Promise<readonly Topics[Name][]>) => {
    try {
      hub.answered(name, await ask(), nowMs());
    } catch (error) {
      hub.failed(name, whyOf(error));
    }
  };
  const nowMs = () => parts.clock.now().getTime();
  let drains: StoreSight['drains'] = null;
  const names = () => hub.topic('members').entries;
  await Promise.all([
    every(() =>
      told('members', async () => {
        const sight = await parts.members(signal);
        if (sight.viewOf === null) throw new Error('No member answers.');
        const seen = [...sight.members, ...sight.strangers.map(asStatus)].map((one) =>
          memberEntry(one, sight.record, drains, nowMs()),
        );
        return steadyMembers(names(), seen, nowMs());
      }),
    ),
    every(
      () =>
        told('store', async () => {
          const sight = await parts.store(signal);
          drains = sight.drains;
          if (sight.store === null) throw sight.storeFault ?? new Error('The fleet has no store yet.');
          return [storeEntry(sight.store, (id) => names()[id]?.name ?? id)];
        }),
      storeMs,
    ),
    every(() =>
      told('workers', async () => {
        const workers = await parts.workers(signal);
        return workers.map((one) => workerEntry(one, names()[one.member]?.name ?? one.member));
      }),
    ),
    every(() => told('jobs', async () => (await parts.jobs(signal)).map(jobEntry))),
  ]);
}

const whyOf = (error: unknown): string => (error instanceof CollabError ? error.what : messageOf(error));

type Seen = MembersSight['members'][number];

/** A member that others see and that the fleet's record here does not name. */
const asStatus = (member: Member): Seen => ({ member, info: null, error: null, seen: member });

function memberEntry(
  { member, info, error, seen }: Seen,
  record: MembersSight['record'],
  drains: StoreSight['drains'],
  nowMs: number,
): MemberEntry {
  const load = info?.load;
  const known = seen ?? info?.self ?? null;
  return {
    id: member.id,
    name: member.name,
    state: seen?.state ?? 'unknown',
    sinceMs: seen?.stateS == null ? null : roundedMs(nowMs - seen.stateS * 1000),
    heardMs: seen?.heardS == null ? null : roundedMs(nowMs - seen.heardS * 1000),
    address: known?.address ?? null,
    tags: known?.tags ?? [],
    architecture: known?.architecture ?? null,
    cores: known?.cores ?? null,
    accelerator: known?.accelerator ?? null,
    version: known?.version ?? null,
    keeper: record.keepers.ids.includes(member.id),
    load:
      load === undefined
        ? null
        : {
            load1: load.load1,
            cpuPercent: load.cpuPercent,
            memoryUsedBytes:
              load.memoryTotalBytes === null || load.memoryAvailableBytes === null
                ? null
                : load.memoryTotalBytes - load.memoryAvailableBytes,
            memoryTotalBytes: load.memoryTotalBytes,
            temperatureC: load.temperatureC,
            powerW: load.powerW,
          },
    silent: error === null ? null : `${error.what} ${error.why ?? ''}`.trim(),
    heldBy: info?.lease == null ? null : info.lease.who,
    drained: drains === null ? null : drainEntry(drains.find((one) => one.member === member.id)),
  };
}

function drainEntry(drain: DrainStatus | undefined): DrainEntry | false {
  if (drain === undefined) return false;
  const { by, drained_at: since, deadline_at: deadline, holds } = drain;
  const deadlineMs = deadline === null ? null : Date.parse(deadline);
  return { by, sinceMs: Date.parse(since), deadlineMs, left: holds.length };
}

/** To the second, so that an age that only passes is no change. */
const roundedMs = (ms: number): number => Math.round(ms / 1000) * 1000;

function storeEntry(store: NonNullable<StoreSight['store']>, nameOf: (id: string) => string): StoreEntry {
  return {
    id: 'store',
    leader: store.leader === null ? null : nameOf(store.leader),
    keepers: store.keepers,
    answering: store.answering,
    quorum: store.hasQuorum,
    streams: store.streams,
    belowTarget: store.belowTarget,
    degraded: store.isDegraded,
    devices: store.servers.map((one) => ({
      name: nameOf(one.member),
      answers: !one.isOffline,
      freeBytes: one.freeBytes,
      isFull: one.isFull,
    })),
  };
}

const workerEntry = ({ member, slots, holds }: WorkerStatus, name: string): WorkerEntry => ({
  id: member,
  name,
  slots,
  tasks: holds.map(({ job, task, attempt }) => ({ job, task, attempt })),
});

const jobEntry = (job: JobStatus): JobEntry => ({
  id: job.id,
  name: job.name,
  owner: job.owner,
  state: job.state,
  submittedMs: Date.parse(job.submitted_at),
  endedMs: job.ended_at === null ? null : Date.parse(job.ended_at),
  tasks: job.tasks,
  counts: job.counts,
  command: job.command,
  pool: job.pool,
  waitsFor: job.waits_for,
  folder: job.folder,
  model: job.inference?.model.name ?? null,
});
