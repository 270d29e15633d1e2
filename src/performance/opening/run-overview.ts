import { CollabError } from '../../errors.js';
import {
  noLabels,
  readReplication,
  readSettledRun,
  type ReplicationRecord,
  type RunRecord,
} from '../../logs/index.js';
import { validityOf } from './cached-verdict.js';
import { hasOneClock } from '../reading/index.js';
import type { Validity } from '../validity/index.js';

/** The facts of a run that fit on one line. */
export interface RunOverview {
  readonly run_id: string;
  readonly experiment: string;
  readonly folder: string;
  /** What the user called it; null without a name. */
  readonly name: string | null;
  readonly note: string | null;
  readonly tags: readonly string[];
  /** `unreadable` if run.json is broken. */
  readonly state: RunRecord['state'] | 'unreadable';
  /** Since when it is abandoned: it was last written then, and its controller is gone. Null for any other state. */
  readonly abandoned_at: string | null;
  /** Why it is not known whether a running run goes on; null if it is. */
  readonly unchecked: NonNullable<RunRecord['unchecked']> | null;
  /** Of a job of a fleet; null for a run of an experiment. */
  readonly job: NonNullable<RunRecord['job']> | null;
  readonly started_at: string | null;
  /** Duration; null while the run continues, and where its times are of clocks that were not compared. */
  readonly seconds: number | null;
  readonly trials: { readonly complete: number; readonly all: number };
  readonly devices: readonly string[];
  /** Which run it replicates, and the verdict; null if it was not judged. */
  readonly replication: {
    readonly original: string;
    readonly verdict: ReplicationRecord['verdict'];
    readonly reasons: readonly string[];
  } | null;
  /** Null for a running or unreadable run. */
  readonly validity: Validity | null;
  /** Why the run is unreadable. */
  readonly fault: string | null;
}

/** What a run's record says: all but the verdict, for which its files have to be looked at. */
export interface RunFacts extends Omit<RunOverview, 'validity'> {
  /** The values that each parameter has in its trials, each once, as they were written. */
  readonly parameters: ReadonlyMap<string, readonly string[]>;
  /** Once it was read. */
  readonly validity?: Validity | null;
}

type Found = { runId: string; experiment: string; folder: string };

/** @param found a run from `listRuns` */
export async function runOverview(found: Found): Promise<RunOverview> {
  return withVerdict(await readFacts(found, true));
}

/** @param judged with the verdict, which takes less now than later: the record is read once */
export async function readFacts(found: Found, judged = false): Promise<RunFacts> {
  const { folder } = found;
  const named = { run_id: found.runId, experiment: found.experiment, folder };
  try {
    const run = await readSettledRun(folder);
    const { ended_at: endedAt, labels = noLabels } = run;
    const isTimed = endedAt !== null && hasOneClock(run);
    const tookMs = isTimed ? Date.parse(endedAt) - Date.parse(run.started_at) : Number.NaN;
    return {
      ...named,
      ...labels,
      state: run.state,
      abandoned_at: run.state === 'abandoned' ? run.ended_at : null,
      unchecked: run.unchecked ?? null,
      job: run.job ?? null,
      started_at: run.started_at,
      seconds: Number.isNaN(tookMs) ? null : tookMs / 1000,
      trials: {
        complete: run.trials.filter(({ state }) => state === 'complete').length,
        all: run.trials.length,
      },
      devices: run.devices.map(({ name }) => name),
      replication: await replicationOf(folder),
      fault: null,
      parameters: parametersOf(run),
      ...(judged && { validity: await validityOf(folder, run) }),
    };
  } catch (error) {
    const nothing = { abandoned_at: null, unchecked: null, job: null, replication: null };
    const unknown = {
      ...nothing,
      ...noLabels,
      started_at: null,
      seconds: null,
      trials: { complete: 0, all: 0 },
      devices: [],
      parameters: new Map(),
    };
    return { ...named, ...unknown, state: 'unreadable', fault: faultOf(error) };
  }
}

/** What is known of a run, with its verdict. */
export async function withVerdict(run: RunFacts): Promise<RunOverview> {
  const facts: Omit<RunFacts, 'parameters'> & { parameters?: unknown } = { ...run };
  delete facts.parameters;
  const { validity } = run;
  if (validity !== undefined) return { ...facts, validity };
  if (facts.state === 'unreadable') return { ...facts, validity: null };
  try {
    return { ...facts, validity: await validityOf(facts.folder) };
  } catch (error) {
    return { ...facts, state: 'unreadable', validity: null, fault: faultOf(error) };
  }
}

/** Why a run is unreadable. @throws what is no fault of the run */
function faultOf(error: unknown): string {
  if (!(error instanceof CollabError)) throw error;
  return error.why ?? error.what;
}

function parametersOf({ trials }: RunRecord): Map<string, string[]> {
  const values = new Map<string, Set<string>>();
  for (const { parameters } of trials) {
    for (const [name, value] of Object.entries(parameters)) {
      const known = values.get(name);
      if (known === undefined) values.set(name, new Set([String(value)]));
      else known.add(String(value));
    }
  }
  return new Map([...values].map(([name, all]) => [name, [...all]]));
}

async function replicationOf(folder: string): Promise<RunOverview['replication']> {
  const judged = await readReplication(folder);
  if (judged === null || 'unreadable' in judged) return null;
  return { original: judged.original.run_id, verdict: judged.verdict, reasons: judged.reasons };
}
