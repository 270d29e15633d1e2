import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ResultRecord,
  resultShape,
  roleFolder,
  type RunRecord,
  type SpanRecord,
  spanShape,
} from '../../logs/index.js';
import { type LeadingColumns, type OpenedRun, repeatTotals } from '../tables/index.js';
import {
  compareWritten,
  Notes,
  type ReadInstance,
  readRoleInstance,
  type RoleInstance,
  scanRecords,
  scanSamples,
} from '../reading/index.js';
import { combinationsOf, Recorded, type Repeats, unitOf } from '../summaries/index.js';
import { noteRun } from './run-notes.js';
import { type InstanceEvidence, judge, otherLoadOf } from '../validity/index.js';

/** Reads all files of a run once. Missing or broken files are noted, never thrown. */
export async function openRun(
  folder: string,
  record: RunRecord,
  leading: LeadingColumns,
  repeats: Repeats,
  progress: (bytes: number) => void,
): Promise<OpenedRun> {
  const pass = { notes: new Notes(), progress };
  const columns = leading.withParameters.map(([name]) => name);
  const instances: ReadInstance[] = [];
  const recorded = new Recorded();
  for (const trial of record.trials) {
    for (const placed of record.placement) {
      const instance = await readRoleInstance(folder, record, trial, placed, pass.notes);
      const values = leading.valuesWithParameters(instance);
      const lead = new Map(columns.map((column, index) => [column, values[index]]));
      const samples = await scanSamples(instance, pass);
      repeatTotals(instance, samples, repeats);
      const seeResult = resultsInto(instance, repeats, recorded);
      const results = await scanRecords(instance, 'results', resultShape, lead, pass, seeResult);
      const seeSpan = spansInto(instance, repeats);
      const spans = await scanRecords(instance, 'spans', spanShape, lead, pass, seeSpan);
      instances.push({ instance, samples, results, spans });
    }
  }
  const missing = instances.filter(({ instance }) => !existsSync(instance.folder));
  noteRun(
    record,
    instances.map((read) => ({ ...read, results: read.results.records })),
    new Set(missing.map(({ instance }) => instance)),
    pass.notes,
  );
  const quantities = recorded.quantities();
  const evidence = await Promise.all(instances.map(evidenceOf));
  const all = { run: record, instances: evidence, recorded: quantities };
  const combinations = combinationsOf(record, quantities);
  const verdict = { validity: judge(all), otherLoad: otherLoadOf(all) };
  const notes = pass.notes.all;
  return { folder, record, notes, instances, ...verdict, combinations, recorded: quantities };
}

async function evidenceOf({ instance, samples, results, spans }: ReadInstance): Promise<InstanceEvidence> {
  const files = [
    ['samples', samples.lines],
    ['results', results.lines],
    ['spans', spans.lines],
  ] as const;
  return { instance, samples, spans: spans.records, written: await compareWritten(instance), files };
}

/** Paths of the long files of a run, whether they exist or not. */
export function longFiles(folder: string, record: RunRecord): string[] {
  return record.trials.flatMap(({ number }) =>
    record.placement.flatMap(({ role, rank }) =>
      ['samples.jsonl', 'results.jsonl', 'spans.jsonl'].map((file) =>
        join(roleFolder(folder, number, role, rank), file),
      ),
    ),
  );
}

/** Quantities that the user's code recorded, one value per row. Parameters are not quantities. */
function resultsInto(
  instance: RoleInstance,
  repeats: Repeats,
  recorded: Recorded,
): (record: ResultRecord) => void {
  const adders = new Map<string, ((value: unknown) => void) | null>();
  return (record) => {
    recorded.add(instance, record);
    for (const key of Object.keys(record)) {
      let add = adders.get(key);
      if (add === undefined) {
        const unit = Object.hasOwn(instance.trial.parameters, key) ? null : unitOf(key);
        add = unit === null ? null : repeats.into(instance, 'results', key, unit);
        adders.set(key, add);
      }
      add?.(record[key]);
    }
  };
}

function spansInto(instance: RoleInstance, repeats: Repeats): (span: SpanRecord) => void {
  const adders = new Map<string, (value: unknown) => void>();
  return ({ name, duration_ms: durationMs }) => {
    let add = adders.get(name);
    if (add === undefined) adders.set(name, (add = repeats.into(instance, 'spans', name, 'ms')));
    add(durationMs);
  };
}
