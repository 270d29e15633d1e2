import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  notFiniteIn,
  notFiniteKey,
  type ResultRecord,
  replicationFile,
  resultShape,
  newestAttempt,
  placementOf,
  readReplication,
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
import { combinationsOf, isIdentifier, Measures, rowTime, unitOf, usageOf } from '../summaries/index.js';
import { noteRun } from './run-notes.js';
import { type InstanceEvidence, judge, otherLoadOf } from '../validity/index.js';

/** Reads all files of a run once. Missing or broken files are noted, never thrown. */
export async function openRun(
  folder: string,
  record: RunRecord,
  leading: LeadingColumns,
  progress: (bytes: number) => void,
): Promise<OpenedRun> {
  const pass = { notes: new Notes(), progress };
  const columns = leading.withParameters.map(([name]) => name);
  const instances: ReadInstance[] = [];
  const evidence: InstanceEvidence[] = [];
  const measures = new Measures(record);
  for (const trial of record.trials) {
    for (const placed of placementOf(record, trial)) {
      const instance = await readRoleInstance(folder, record, trial, placed, pass.notes);
      const values = leading.valuesWithParameters(instance);
      const lead = new Map(columns.map((column, index) => [column, values[index]]));
      const samples = await scanSamples(instance, pass);
      repeatTotals(instance, samples, measures);
      const seeResult = resultsInto(instance, measures);
      const results = await scanRecords(instance, 'results', resultShape, lead, pass, seeResult);
      const frameSpans = { all: 0, negative: 0 };
      const seeSpan = spansInto(instance, measures, frameSpans);
      const spans = await scanRecords(instance, 'spans', spanShape, lead, pass, seeSpan);
      const read = { instance, samples, results, spans };
      instances.push(read);
      // One after the other: a run of many instances would open all their files at once.
      evidence.push(await evidenceOf(read, frameSpans));
    }
  }
  const missing = instances.filter(({ instance }) => !existsSync(instance.folder));
  noteRun(
    record,
    instances.map((read) => ({ ...read, results: read.results.records })),
    new Set(missing.map(({ instance }) => instance)),
    pass.notes,
  );
  const replication = await readReplication(folder);
  if (replication !== null && 'unreadable' in replication)
    pass.notes.add(`${replicationFile} cannot be read (${replication.unreadable}).`);
  const { summaries, recorded, leftOut, withoutStatistics } = measures.condensed();
  const all = { run: record, instances: evidence, recorded, leftOut, withoutStatistics };
  return {
    folder,
    record,
    notes: pass.notes.all,
    instances,
    validity: judge(all),
    replication: replication === null || 'unreadable' in replication ? null : replication,
    otherLoad: otherLoadOf(all),
    summaries,
    combinations: combinationsOf(record, summaries),
    usage: usageOf(
      record,
      instances.map(({ instance }) => instance),
    ),
    recorded,
    leftOut,
    withoutStatistics,
  };
}

async function evidenceOf(
  { instance, samples, results, spans }: ReadInstance,
  frameSpans: InstanceEvidence['frameSpans'],
): Promise<InstanceEvidence> {
  const files = [
    ['samples', samples.lines],
    ['results', results.lines],
    ['spans', spans.lines],
  ] as const;
  const written = await compareWritten(instance);
  return { instance, samples, spans: spans.records, frameSpans, written, files };
}

/** Paths of the long files of a run, whether they exist or not. */
export function longFiles(folder: string, record: RunRecord): string[] {
  return record.trials.flatMap((trial) =>
    placementOf(record, trial).flatMap(({ role, rank }) =>
      ['samples.jsonl', 'results.jsonl', 'spans.jsonl'].map((file) =>
        join(roleFolder(folder, newestAttempt(trial), role, rank), file),
      ),
    ),
  );
}

/**
 * Every column that the user's code recorded, one value per row. Parameters and identifiers have no statistics; their rows
 * are counted.
 */
export function resultsInto(instance: RoleInstance, measures: Measures): (record: ResultRecord) => void {
  const adders = new Map<string, (value: unknown) => void>();
  const adderOf = (column: string) => {
    const { role, trial } = instance;
    if (column === rowTime || column === notFiniteKey) return () => undefined;
    if (Object.hasOwn(trial.parameters, column)) return measures.without(role, column, 'parameter');
    if (isIdentifier(column)) return measures.without(role, column, 'identifier');
    return measures.into(instance, 'results', column, unitOf(column));
  };
  return (record) => {
    const notFinite = notFiniteIn(record);
    for (const column in record) {
      let add = adders.get(column);
      if (add === undefined) adders.set(column, (add = adderOf(column)));
      const value = record[column];
      add(value === null && notFinite?.has(column) === true ? Number.NaN : value);
    }
  };
}

function spansInto(
  instance: RoleInstance,
  measures: Measures,
  frameSpans: { all: number; negative: number },
): (span: SpanRecord) => void {
  const adders = new Map<string, (value: unknown) => void>();
  return ({ name, duration_ms: durationMs, frame }) => {
    if (frame !== undefined && frame !== null) {
      frameSpans.all += 1;
      if (durationMs < 0) frameSpans.negative += 1;
    }
    let add = adders.get(name);
    if (add === undefined) adders.set(name, (add = measures.into(instance, 'spans', name, 'ms')));
    add(durationMs);
  };
}
