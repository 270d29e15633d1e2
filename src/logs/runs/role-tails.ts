import { join } from 'node:path';
import {
  type AttemptOf,
  type JournalEvent,
  parseJsonLine,
  roleFiles,
  roleFolder,
  sampleRecord,
} from '../records/index.js';
import { LineTail } from './line-tail.js';

type AboutRole = { trial: number; role: string; rank: number; device: string };

/** What a role is doing now: for a screen, never for the journal. What a screen misses is in the role's log. */
export type RoleTailEvent =
  | ({ kind: 'role.sampled'; monotonic_s: number; metrics: Record<string, number | null> } & AboutRole)
  | ({ kind: 'role.printed'; stream: 'stdout' | 'stderr'; lines: string[] } & AboutRole);

/** At most this many lines of one stream are reported at once, the newest ones. */
const mostLines = 20;

interface Tails {
  about: AboutRole;
  samples: LineTail;
  stdout: LineTail;
  stderr: LineTail;
}

/** Reads what is new in the files of the running roles, as they grow in a run's folder. */
export class RoleTails {
  private readonly roles = new Map<string, Tails>();
  private readonly ended = new Set<string>();

  constructor(private readonly runFolder: string) {}

  /** Takes each event of the run, to know which roles are running. */
  know(any: { readonly kind: string }): void {
    const event = any as JournalEvent;
    if (event.kind === 'role.starting') this.add(event, aboutRole(event));
    else if (event.kind === 'trial.adopted') {
      for (const role of event.roles) this.add(event, aboutRole({ trial: event.trial, ...role }));
    } else if (event.kind === 'role.ended') {
      this.ended.add(nameOf(aboutRole(event)));
    } else if (event.kind === 'trial.ended') {
      for (const name of this.roles.keys()) this.ended.add(name);
    }
  }

  private add(of: AttemptOf, about: AboutRole): void {
    const file = (name: string) =>
      new LineTail(join(roleFolder(this.runFolder, of, about.role, about.rank), name));
    this.roles.set(nameOf(about), {
      about,
      samples: file(roleFiles.samples),
      stdout: file(roleFiles.stdout),
      stderr: file(roleFiles.stderr),
    });
  }

  /** What is new: the newest sample of each role and its newest lines. */
  async next(): Promise<RoleTailEvent[]> {
    const ended = [...this.ended];
    const events = await Promise.all([...this.roles.values()].map(newsOf));
    for (const name of ended) {
      this.roles.delete(name);
      this.ended.delete(name);
    }
    return events.flat();
  }
}

async function newsOf({ about, samples, stdout, stderr }: Tails): Promise<RoleTailEvent[]> {
  const events: RoleTailEvent[] = [];
  const sample = (await samples.next()).map(readSample).findLast((one) => one !== null);
  if (sample) {
    const { monotonic_s, ...metrics } = sample;
    events.push({ kind: 'role.sampled', ...about, monotonic_s, metrics });
  }
  for (const [stream, tail] of [['stdout', stdout] as const, ['stderr', stderr] as const]) {
    const lines = (await tail.next()).filter((line) => line.trim() !== '').slice(-mostLines);
    if (lines.length > 0) events.push({ kind: 'role.printed', ...about, stream, lines });
  }
  return events;
}

function readSample(line: string) {
  try {
    const read = sampleRecord.safeParse(parseJsonLine(line, false).value);
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

function aboutRole({ trial, role, rank, device }: AboutRole): AboutRole {
  return { trial, role, rank, device };
}

const nameOf = ({ trial, role, rank }: AboutRole) => `${trial} ${role} ${rank}`;
