/**
 * What the page knows of the fleet, in topics. The server sends a topic whole when a page connects, and then the entries that
 * changed; both sides keep it with the same function, `taken`.
 */

/** One member, as the fleet sees it and as it says itself. */
export interface MemberEntry {
  readonly id: string;
  readonly name: string;
  /** `unknown`: the fleet's record names it, and no member knows it. */
  readonly state: 'alive' | 'suspect' | 'failed' | 'left' | 'unknown';
  /** Since when it is in this state. Milliseconds since 1970, as all times of the page. */
  readonly sinceMs: number | null;
  /** When the member that was asked last had a sign of life of it. */
  readonly heardMs: number | null;
  readonly address: string | null;
  readonly tags: readonly string[];
  readonly architecture: string | null;
  readonly cores: number | null;
  readonly accelerator: string | null;
  readonly version: string | null;
  readonly keeper: boolean;
  /** What it says of its load; null if it does not answer this machine, and then `silent` says why. */
  readonly load: MemberLoadEntry | null;
  readonly silent: string | null;
  /** Who holds its device for an experiment. */
  readonly heldBy: string | null;
  /** That it gets no tasks; false if it does. Null: not known. */
  readonly drained: DrainEntry | false | null;
}

export interface DrainEntry {
  readonly by: string;
  readonly sinceMs: number;
  /** When what still runs there is given back; null: it may end. */
  readonly deadlineMs: number | null;
  /** Attempts that are still there. */
  readonly left: number;
}

/** Null where the device does not tell. */
export interface MemberLoadEntry {
  readonly load1: number | null;
  /** Of all cores together. */
  readonly cpuPercent: number | null;
  readonly memoryUsedBytes: number | null;
  readonly memoryTotalBytes: number | null;
  readonly temperatureC: number | null;
  readonly powerW: number | null;
}

/** How the fleet keeps jobs and files. One entry, of the id `store`. */
export interface StoreEntry {
  readonly id: 'store';
  readonly leader: string | null;
  readonly keepers: number;
  readonly answering: number;
  readonly quorum: boolean;
  readonly streams: number;
  /** Streams that lack a replica. */
  readonly belowTarget: number;
  readonly degraded: boolean;
  readonly devices: readonly {
    readonly name: string;
    readonly answers: boolean;
    readonly freeBytes: number | null;
    readonly isFull: boolean;
  }[];
}

/** What a worker does now. */
export interface WorkerEntry {
  readonly id: string;
  readonly name: string;
  readonly slots: number;
  readonly tasks: readonly { readonly job: string; readonly task: number; readonly attempt: number }[];
}

/** A job, with how many of its tasks are in which state. */
export interface JobEntry {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly submittedMs: number;
  readonly endedMs: number | null;
  readonly tasks: number;
  readonly counts: Readonly<Record<'queued' | 'running' | 'done' | 'failed' | 'cancelled', number>>;
  readonly command: readonly string[];
  readonly pool: readonly string[];
  /** Why nothing of it runs; null if nothing is in the way. */
  readonly waitsFor: string | null;
  /** Below this name, the store has its files. */
  readonly folder: string;
  /** Name of the model that it runs images through; null for other jobs. */
  readonly model: string | null;
}

export interface Topics {
  members: MemberEntry;
  store: StoreEntry;
  workers: WorkerEntry;
  jobs: JobEntry;
}
export type TopicName = keyof Topics;
export const topicNames = ['members', 'store', 'workers', 'jobs'] as const satisfies readonly TopicName[];

/** Entries of one topic, and whether they are of now. */
export interface Topic<Entry> {
  readonly entries: Readonly<Record<string, Entry>>;
  /** When what they come from last answered; null if it never did. */
  readonly heardMs: number | null;
  /** Why it does not answer now; null if it does. */
  readonly fault: string | null;
}

/** The change of a topic. Entries that are not named stay. */
export interface TopicChange<Name extends TopicName = TopicName> {
  readonly topic: Name;
  /** Replaces all entries: what a page gets first. */
  readonly whole: boolean;
  readonly entries: readonly Topics[Name][];
  readonly removed: readonly string[];
  readonly heardMs: number | null;
  readonly fault: string | null;
}

export const noEntries: Topic<never> = { entries: {}, heardMs: null, fault: null };

/** A topic after a change. */
export function taken<Entry extends { readonly id: string }>(
  topic: Topic<Entry>,
  change: Omit<TopicChange, 'topic' | 'entries'> & { readonly entries: readonly Entry[] },
): Topic<Entry> {
  const { heardMs, fault } = change;
  if (!change.whole && change.entries.length === 0 && change.removed.length === 0)
    return { entries: topic.entries, heardMs, fault };
  const left = change.whole
    ? []
    : Object.entries(topic.entries).filter(([id]) => !change.removed.includes(id));
  return {
    entries: Object.fromEntries([...left, ...change.entries.map((entry) => [entry.id, entry] as const)]),
    heardMs,
    fault,
  };
}

/** What changed since the last answer; null if nothing did. A time of hearing alone is no change of an entry. */
export function changed<Name extends TopicName>(
  topic: Name,
  before: Topic<Topics[Name]>,
  now: readonly Topics[Name][],
): Pick<TopicChange<Name>, 'topic' | 'entries' | 'removed'> {
  const ids = new Set(now.map(({ id }) => id));
  return {
    topic,
    entries: now.filter((entry) => JSON.stringify(entry) !== JSON.stringify(before.entries[entry.id])),
    removed: Object.keys(before.entries).filter((id) => !ids.has(id)),
  };
}

/** Two changes of one topic, one after the other, as one. */
export function merged(before: TopicChange, after: TopicChange): TopicChange {
  if (after.whole) return after;
  const later = new Set([...after.entries.map(({ id }) => id), ...after.removed]);
  const removed = before.removed.filter((id) => !later.has(id));
  return {
    ...after,
    whole: before.whole,
    entries: [...before.entries.filter(({ id }) => !later.has(id)), ...after.entries],
    removed: before.whole ? [] : [...removed, ...after.removed],
  };
}
