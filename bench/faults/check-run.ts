import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is wrong with the folder of a run. */
export interface Checked {
  /** Steps that a complete trial lacks or that are not of it, and complete trials without data. */
  wrong: number;
  doubled: number;
  /** Samples that are missing between the first and the last one of complete trials. */
  samplesLost: number;
  /** Lines of the journal that cannot be read. */
  unreadable: number;
}

interface Trial {
  number: number;
  state: string;
  attempt?: number;
}

const intervalS = 0.1;

/** Compares what is in the folder of a run with what its counters did. */
export function checkRun(
  folder: string,
  { steps, roles = ['counter'] }: { steps: number; roles?: string[] },
): Checked {
  const found: Checked = { wrong: 0, doubled: 0, samplesLost: 0, unreadable: 0 };
  for (const line of linesOf(join(folder, 'events.jsonl'))) if (parsed(line) === null) found.unreadable += 1;
  const record = parsed(readFileSync(join(folder, 'run.json'), 'utf8')) as { trials: Trial[] } | null;
  if (record === null) return { ...found, unreadable: found.unreadable + 1 };
  for (const { number, state, attempt = 1 } of record.trials) {
    for (let one = 1; one <= attempt; one += 1) {
      const isComplete = state === 'complete' && one === attempt;
      for (const role of roles) {
        const name = one === 1 ? String(number) : `${number}.${one}`;
        addRole(found, join(folder, 'trials', name, `${role}-0`), isComplete, steps);
      }
    }
  }
  return found;
}

function addRole(found: Checked, folder: string, isComplete: boolean, steps: number): void {
  const counted = linesOf(join(folder, 'results.jsonl')).map(
    (line) => (parsed(line) as { step?: number } | null)?.step,
  );
  const own = counted.filter((step) => step !== undefined);
  found.doubled += own.length - new Set(own).size;
  if (!isComplete) return;
  for (let step = 0; step < steps; step += 1) if (!own.includes(step)) found.wrong += 1;
  found.wrong += own.filter((step) => step >= steps).length;
  if (!existsSync(join(folder, 'exit.json'))) found.wrong += 1;
  const times = linesOf(join(folder, 'samples.jsonl')).map(
    (line) => (parsed(line) as { monotonic_s?: number } | null)?.monotonic_s ?? Number.NaN,
  );
  for (let at = 1; at < times.length; at += 1) {
    const gapS = (times[at] ?? 0) - (times[at - 1] ?? 0);
    found.samplesLost += Math.max(0, Math.round(gapS / intervalS) - 1);
  }
}

function linesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
