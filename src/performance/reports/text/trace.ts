import { join } from 'node:path';
import { jsonOf } from '../../../workspace/index.js';
import type { Row, Table } from '../../tables/index.js';
import { pythonText, type ReportFormat, type ReportJob, writeWhole } from '../format/index.js';
import { type TextFile, writeText } from './text-file.js';

type TraceEvent = Record<string, unknown>;

/**
 * Chrome's trace format, which Perfetto also reads: the spans of all roles and the trials on one axis, in microseconds
 * since the start of the run on the controller's clock. A process per device, a thread per role instance. The clock error
 * of a span is one of its arguments; that of a device is in `otherData`.
 */
export const trace: ReportFormat = {
  name: 'trace',
  write: (job) =>
    writeWhole([join(job.outputDir, 'report.trace.json')], ([temporary = '']) =>
      writeText(temporary, (file) => writeTrace(file, job)),
    ),
  load: ([path = '']) =>
    `import json; events = json.load(open(${pythonText(path)}, encoding='utf-8'))['traceEvents']  # or open it in https://ui.perfetto.dev`,
};

async function writeTrace(file: TextFile, { performance, batches, note }: ReportJob): Promise<void> {
  const clocks = performance.runs.flatMap(({ record }) =>
    record.devices.map(({ name, clock }) => ({
      run: record.run_id,
      device: name,
      clock_offset_ms: clock?.offset_ms ?? null,
      clock_error_ms: clock?.error_ms ?? null,
    })),
  );
  await file.add(`{"displayTimeUnit":"ms","otherData":${JSON.stringify({ clocks })},"traceEvents":[`);
  const lanes = new Lanes();
  let between = '\n';
  const add = async (event: TraceEvent) => {
    await file.add(between + jsonOf(event));
    between = ',\n';
  };
  for await (const batch of batches(performance.table('trials')))
    for (const event of trialEvents(performance.table('trials'), batch, lanes)) await add(event);
  let without = 0;
  for await (const batch of batches(performance.table('spans'))) {
    const events = spanEvents(performance.table('spans'), batch, lanes);
    without += batch.length - events.length;
    for (const event of events) await add(event);
  }
  if (without > 0)
    note?.(
      `report.trace.json: ${without} ${without === 1 ? 'span' : 'spans'} left out, because the log does not relate their clock to a time; the csv and json reports have them.`,
    );
  for (const event of lanes.names()) await add(event);
  await file.add('\n]}\n');
}

/** The format needs numbers for processes (a device of a run) and threads (a role instance), and their names. */
class Lanes {
  private readonly processes = new Map<string, { pid: number; threads: Map<string, number> }>();

  of(process: string, thread: string): { pid: number; tid: number } {
    let known = this.processes.get(process);
    if (known === undefined)
      this.processes.set(process, (known = { pid: this.processes.size + 1, threads: new Map() }));
    let tid = known.threads.get(thread);
    if (tid === undefined) known.threads.set(thread, (tid = known.threads.size + 1));
    return { pid: known.pid, tid };
  }

  names(): TraceEvent[] {
    const named = (name: string, pid: number, tid: number, value: string) => ({
      ph: 'M',
      name,
      pid,
      tid,
      args: { name: value },
    });
    return [...this.processes].flatMap(([process, { pid, threads }]) => [
      named('process_name', pid, 0, process),
      ...[...threads].map(([thread, tid]) => named('thread_name', pid, tid, thread)),
    ]);
  }
}

/**
 * Cells of a row by column; if two columns have the same name, the last one wins. Trace viewers read numbers as doubles: an
 * integer that a double cannot hold is text.
 */
function fieldsOf({ columns }: Table, row: Row): Record<string, unknown> {
  return Object.fromEntries(
    columns.flatMap((column, at) => {
      const value = row[at];
      if (value === null || value === undefined) return [];
      return [[column, typeof value === 'bigint' ? String(value) : value]];
    }),
  );
}

function trialEvents(table: Table, batch: readonly Row[], lanes: Lanes): TraceEvent[] {
  return batch.flatMap((row) => {
    const { run_id: run, trial, started_s: start, duration_s: duration, ...args } = fieldsOf(table, row);
    if (typeof start !== 'number' || typeof duration !== 'number') return [];
    const lane = lanes.of(`${String(run)} controller`, 'trials');
    const name = `trial ${String(trial)}`;
    return [{ ph: 'X', cat: 'trial', name, ts: micros(start), dur: micros(duration), ...lane, args }];
  });
}

function spanEvents(table: Table, batch: readonly Row[], lanes: Lanes): TraceEvent[] {
  return batch.flatMap((row) => {
    const fields = fieldsOf(table, row);
    const { run_id: run, role, rank, device, name, time_s: start, duration_ms: durationMs, ...args } = fields;
    if (typeof start !== 'number' || typeof durationMs !== 'number') return [];
    const lane = lanes.of(`${String(run)} ${String(device)}`, `${String(role)}-${String(rank)}`);
    const dur = micros(durationMs / 1000);
    return [{ ph: 'X', cat: 'span', name: String(name), ts: micros(start), dur, ...lane, args }];
  });
}

function micros(seconds: number): number {
  return Math.round(seconds * 1e9) / 1000;
}
