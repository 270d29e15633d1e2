import { join } from 'node:path';
import { messageOf } from '../../errors.js';
import {
  JsonLines,
  type LinesReport,
  notFiniteKey,
  type RecordShape,
  type ResultRecord,
  roleFiles,
  type SampleBlock,
  SampleLines,
  type SpanRecord,
} from '../../logs/index.js';
import type { Notes } from './notes.js';
import type { RoleInstance } from './role-instance.js';
import { Running } from '../statistics/index.js';
import { UsedCpu } from './used-cpu.js';
import { jsonText, type Value, ValueType } from './value-type.js';

/**
 * The first of two passes over a long file of a role: it finds the columns and the length of the file. `again` reads up to
 * that length, so both passes agree even while the run continues.
 */
interface Scanned<Batch> {
  readonly records: number;
  /** What the pass skipped. */
  readonly lines: LinesReport;
  again(): AsyncIterable<Batch>;
}

export interface ScannedSamples extends Scanned<SampleBlock> {
  readonly metrics: ReadonlyMap<string, Running>;
  /** The longest time between consecutive samples; 0 for fewer than two samples. */
  readonly longestGapS: number;
  /** Of the first and the last sample; NaN without samples. */
  readonly firstS: number;
  readonly lastS: number;
  readonly usedCpu: UsedCpu;
}

export interface ScannedRecords<T> extends Scanned<readonly T[]> {
  /** Keys in order of first appearance, with the types of their values. */
  readonly keys: ReadonlyMap<string, ValueType>;
  /** Keys with the name of a leading column that do not always hold its value. */
  readonly differing: ReadonlySet<string>;
  /** Every `monotonic_s` that was recorded can be shown as a time. */
  readonly timed: boolean;
}

/** One role instance of one trial, after the first pass over its long files. */
export interface ReadInstance {
  readonly instance: RoleInstance;
  readonly samples: ScannedSamples;
  readonly results: ScannedRecords<ResultRecord>;
  readonly spans: ScannedRecords<SpanRecord>;
}

/** Where a pass reports notes and progress. */
export interface Pass {
  readonly notes: Notes;
  /** Called with the number of bytes read since the last call. Throws to end the pass. */
  readonly progress: (bytes: number) => void;
}

export async function scanSamples(instance: RoleInstance, pass: Pass): Promise<ScannedSamples> {
  const metrics = new Map<string, Running>();
  let longestGapS = 0;
  let beforeS = Infinity;
  let firstS = Number.NaN;
  const usedCpu = new UsedCpu();
  const statisticOf = (name: string) => {
    let statistic = metrics.get(name);
    if (statistic === undefined) metrics.set(name, (statistic = new Running()));
    return statistic;
  };
  const open = (path: string, untilByte?: number) => new SampleLines(path, untilByte);
  const scanned = await scan(instance, 'samples', open, pass, ({ keys, values }) => {
    seeCpu(usedCpu, keys, values);
    for (const [place, name] of keys.entries()) {
      if (name === 'monotonic_s') {
        for (let at = place; at < values.length; at += keys.length) {
          const atS = values[at] ?? Number.NaN;
          longestGapS = Math.max(longestGapS, atS - beforeS);
          beforeS = atS;
          if (Number.isNaN(firstS)) firstS = atS;
        }
        continue;
      }
      const statistic = statisticOf(name);
      for (let at = place; at < values.length; at += keys.length) {
        const value = values[at] ?? Number.NaN;
        if (!Number.isNaN(value)) statistic.add(value);
      }
    }
  });
  const lastS = Number.isNaN(firstS) ? Number.NaN : beforeS;
  return { ...scanned, metrics, longestGapS, firstS, lastS, usedCpu };
}

function seeCpu(usedCpu: UsedCpu, keys: readonly string[], values: SampleBlock['values']): void {
  const [time, percent] = [keys.indexOf('monotonic_s'), keys.indexOf('cpu_percent')];
  for (let row = 0; time >= 0 && row < values.length; row += keys.length) {
    const used = percent < 0 ? Number.NaN : values[row + percent];
    usedCpu.add(values[row + time] ?? Number.NaN, used ?? Number.NaN);
  }
}

/**
 * @param leading column to value of this instance's leading columns
 * @param see called with every record, in order
 */
export async function scanRecords<T extends Record<string, unknown>>(
  instance: RoleInstance,
  file: 'results' | 'spans',
  shape: RecordShape<T>,
  leading: ReadonlyMap<string, Value>,
  pass: Pass,
  see: (record: T) => void,
): Promise<ScannedRecords<T>> {
  const keys = new Map<string, ValueType>();
  const differing = new Set<string>();
  let timed = true;
  const open = (path: string, untilByte?: number) => new JsonLines(path, shape, untilByte);
  const scanned = await scan(instance, file, open, pass, (records) => {
    for (const record of records) {
      see(record);
      for (const key of Object.keys(record)) {
        if (key === notFiniteKey) continue;
        let type = keys.get(key);
        if (type === undefined) keys.set(key, (type = new ValueType()));
        type.see(record[key]);
        if (leading.has(key) && !sameValue(leading.get(key), record[key])) differing.add(key);
      }
      const at = record.monotonic_s;
      if (at !== undefined && (typeof at !== 'number' || instance.clock === null)) timed = false;
    }
  });
  return { ...scanned, keys, differing, timed };
}

/** A file of lines, read by batches. */
interface Lines<Batch> {
  readonly report: LinesReport;
  batches(): AsyncGenerator<Batch, void>;
}

async function scan<Batch>(
  instance: RoleInstance,
  file: 'samples' | 'results' | 'spans',
  open: (path: string, untilByte?: number) => Lines<Batch>,
  { notes, progress }: Pass,
  see: (batch: Batch) => void,
): Promise<Scanned<Batch>> {
  const path = join(instance.folder, roleFiles[file]);
  const lines = open(path);
  const passing = withProgress(lines, progress);
  for (;;) {
    const batch = await passing.next().catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      notes.add(`${instance.label}: ${roleFiles[file]} cannot be read completely (${messageOf(error)}).`);
      return { done: true as const, value: undefined };
    });
    if (batch.done === true) break;
    see(batch.value);
  }
  const { report } = lines;
  notes.lines(instance.label, roleFiles[file], report);
  return { records: report.records, lines: report, again: () => open(path, report.bytes).batches() };
}

async function* withProgress<Batch>(
  lines: Lines<Batch>,
  progress: (bytes: number) => void,
): AsyncGenerator<Batch, void> {
  let reported = 0;
  for await (const batch of lines.batches()) {
    progress(lines.report.bytes - reported);
    reported = lines.report.bytes;
    yield batch;
  }
}

function sameValue(a: Value, b: Value): boolean {
  return a === b || jsonText(a) === jsonText(b);
}
