import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Clock,
  type FoundRun,
  listRuns,
  messageOf,
  readRunFacts,
  type RunFacts,
  withVerdict,
} from '../../../index.js';
import type { RunEntry, RunsAnswer } from '../../live/index.js';

/** The folder is looked at no more often than this, however many pages ask. */
const lookedAtMs = 2000;
/** Without a page that asks for so long, no more runs are judged. */
const aloneMs = 10_000;
const recordsAtOnce = 16;

interface Known {
  readonly facts: RunFacts;
  readonly stamp: string;
  readonly entry: RunEntry;
  /** Of the table when the entry last changed. */
  readonly version: number;
}

/**
 * The runs of a workspace. A run is read again when a file of its folder has changed, or while it goes on. Verdicts, for which the
 * files of all roles are looked at, follow one after the other.
 */
export class RunTable {
  private readonly known = new Map<string, Known>();
  private readonly removed = new Map<string, number>();
  private version = 0;
  private askedMs = -Infinity;
  private lookedMs = -Infinity;
  private looking: Promise<void> | null = null;
  private isJudging = false;

  /** @param server tells this table from that of an earlier server */
  constructor(
    private readonly logs: string,
    private readonly clock: Clock,
    private readonly server: string,
  ) {}

  /** What changed since a version; all of it for one of another server. */
  async since(server: string | null, version: number): Promise<RunsAnswer> {
    this.askedMs = this.nowMs();
    if (this.nowMs() - this.lookedMs >= lookedAtMs)
      this.looking ??= this.look().finally(() => (this.looking = null));
    await this.looking;
    void this.judge();
    const whole = server !== this.server;
    const isNew = (at: number) => whole || at > version;
    return {
      server: this.server,
      version: this.version,
      whole,
      entries: [...this.known.values()].filter((one) => isNew(one.version)).map(({ entry }) => entry),
      removed: whole ? [] : [...this.removed].filter(([, at]) => isNew(at)).map(([id]) => id),
    };
  }

  /** What is known of a run is looked at again with the next question. */
  stale(): void {
    this.lookedMs = -Infinity;
  }

  private readonly nowMs = () => this.clock.now().getTime();

  private async look(): Promise<void> {
    const found = await listRuns(this.logs);
    for (let from = 0; from < found.length; from += recordsAtOnce)
      await Promise.all(found.slice(from, from + recordsAtOnce).map((run) => this.read(run)));
    const ids = new Set(found.map(idOf));
    for (const id of this.known.keys()) {
      if (ids.has(id)) continue;
      this.known.delete(id);
      this.removed.set(id, ++this.version);
    }
    this.lookedMs = this.nowMs();
  }

  private async read(run: FoundRun): Promise<void> {
    const id = idOf(run);
    const before = this.known.get(id);
    const stamp = await stampOf(run.folder);
    if (before?.stamp === stamp && before.entry.state !== 'running') return;
    this.set(id, await readRunFacts(run), stamp);
  }

  private set(id: string, facts: RunFacts, stamp: string): void {
    const entry = entryOf(id, facts);
    const before = this.known.get(id);
    const isSame = before !== undefined && JSON.stringify(before.entry) === JSON.stringify(entry);
    this.known.set(id, { facts, stamp, entry, version: isSame ? before.version : ++this.version });
    this.removed.delete(id);
  }

  /** The newest first, while somebody looks. */
  private async judge(): Promise<void> {
    if (this.isJudging) return;
    this.isJudging = true;
    try {
      while (this.nowMs() - this.askedMs < aloneMs) {
        const [next] = [...this.known]
          .filter(([, { entry }]) => entry.verdict === 'unjudged')
          .sort(([, a], [, b]) => (a.entry.run < b.entry.run ? 1 : -1));
        if (next === undefined) return;
        const [id, { facts, stamp }] = next;
        const judged = await withVerdict(facts).catch((error: unknown) => ({
          validity: null,
          fault: messageOf(error),
        }));
        // It may have changed meanwhile; then it is judged again.
        if (this.known.get(id)?.stamp === stamp) this.set(id, { ...facts, ...judged }, stamp);
      }
    } finally {
      this.isJudging = false;
    }
  }
}

const idOf = ({ experiment, runId }: FoundRun): string => `${experiment}/${runId}`;

/** Changes with the files of a run's folder, those of its roles aside. */
export async function stampOf(folder: string): Promise<string> {
  const files = (await readdir(folder, { withFileTypes: true }).catch(() => [])).filter((one) =>
    one.isFile(),
  );
  const stamps = files.map(async ({ name }) => {
    const status = await stat(join(folder, name)).catch(() => null);
    return `${name} ${status?.size ?? ''} ${status?.mtimeMs ?? ''}`;
  });
  return (await Promise.all(stamps)).sort().join('\n');
}

function entryOf(id: string, facts: RunFacts): RunEntry {
  const {
    experiment,
    run_id: run,
    name,
    note,
    tags,
    state,
    unchecked,
    fault,
    seconds,
    trials,
    devices,
  } = facts;
  const hasVerdict = state !== 'running' && state !== 'unreadable';
  return {
    id,
    experiment,
    run,
    name,
    note,
    tags,
    state,
    fault: fault ?? unchecked?.why ?? null,
    verdict: hasVerdict ? (facts.validity?.verdict ?? (facts.validity === null ? null : 'unjudged')) : null,
    startedMs: facts.started_at === null ? null : Date.parse(facts.started_at),
    seconds,
    trials,
    devices,
    job: facts.job !== null,
  };
}
