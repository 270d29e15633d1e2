import { join } from 'node:path';
import type { z } from 'zod';
import { messageOf } from '../errors.js';
import { JsonLines, type LinesReport } from '../logs/json-lines.js';
import { roleFiles } from '../logs/layout.js';
import { sampleRecord, type SampleRecord } from '../logs/role-records.js';
import type { Notes } from './notes.js';
import type { RoleInstance } from './role-instance.js';
import { Running } from './statistics/running.js';
import type { Value } from './table.js';

/**
 * The first of two passes over a long file of a role: it finds the columns and how far the file goes. `again` reads it
 * up to there, so that both passes agree while the run goes on.
 */
interface Scanned<T> {
  readonly records: number;
  /** What the pass had to leave out. */
  readonly lines: LinesReport;
  again(): AsyncIterable<T>;
}

export interface ScannedSamples extends Scanned<SampleRecord> {
  readonly metrics: ReadonlyMap<string, Running>;
  /** The longest time between one sample and the next; 0 below two samples. */
  readonly longestGapS: number;
}

export interface ScannedRecords<T> extends Scanned<T> {
  /** Keys in the order of their first appearance. */
  readonly keys: readonly string[];
  /** Keys that are called like a leading column but do not always hold its value. */
  readonly differing: ReadonlySet<string>;
  /** Every `monotonic_s` that was recorded can be shown as a time. */
  readonly timed: boolean;
}

export async function scanSamples(instance: RoleInstance, notes: Notes): Promise<ScannedSamples> {
  const metrics = new Map<string, Running>();
  let longestGapS = 0;
  let beforeS = Infinity;
  const scanned = await scan(instance, 'samples', sampleRecord, notes, (sample) => {
    longestGapS = Math.max(longestGapS, sample.monotonic_s - beforeS);
    beforeS = sample.monotonic_s;
    for (const name in sample) {
      if (name === 'monotonic_s') continue;
      let statistic = metrics.get(name);
      if (statistic === undefined) metrics.set(name, (statistic = new Running()));
      const value = sample[name];
      if (typeof value === 'number') statistic.add(value);
    }
  });
  return { ...scanned, metrics, longestGapS };
}

/**
 * @param leading column to value of this instance's leading columns
 * @param see is shown every record
 */
export async function scanRecords<T extends Record<string, unknown>>(
  instance: RoleInstance,
  file: 'results' | 'spans',
  schema: z.ZodType<T>,
  leading: ReadonlyMap<string, Value>,
  notes: Notes,
  see: (record: T) => void = () => undefined,
): Promise<ScannedRecords<T>> {
  const keys = new Set<string>();
  const differing = new Set<string>();
  let timed = true;
  const scanned = await scan(instance, file, schema, notes, (record) => {
    see(record);
    for (const key of Object.keys(record)) {
      keys.add(key);
      if (leading.has(key) && !sameValue(leading.get(key), record[key])) differing.add(key);
    }
    const at = record.monotonic_s;
    if (at !== undefined && (typeof at !== 'number' || instance.clock === null)) timed = false;
  });
  return { ...scanned, keys: [...keys], differing, timed };
}

async function scan<T>(
  instance: RoleInstance,
  file: 'samples' | 'results' | 'spans',
  schema: z.ZodType<T>,
  notes: Notes,
  see: (record: T) => void,
): Promise<Scanned<T>> {
  const path = join(instance.folder, roleFiles[file]);
  const lines = new JsonLines(path, schema);
  try {
    for await (const record of lines) see(record);
  } catch (error) {
    notes.add(`${instance.label}: ${roleFiles[file]} cannot be read to its end (${messageOf(error)}).`);
  }
  const report: LinesReport = lines.report;
  notes.lines(instance.label, roleFiles[file], report);
  return { records: report.records, lines: report, again: () => new JsonLines(path, schema, report.bytes) };
}

function sameValue(a: Value, b: Value): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
