import type { Column, Table } from '../tables/index.js';
import { jsonText, mostFrameSpans, type Value } from '../reading/index.js';
import { type FrameEntry, frameLedger } from './frame-ledger.js';
import { partOf } from './part.js';
import type { LedgerSpan } from './span.js';

/** Spans without a frame are used only by timelines. */
const maxOthers = 20_000;

/** The frames of one trial, in order of their starts. */
export interface TrialFrames {
  /** The leading values of the trial's rows, up to the role. */
  readonly leading: readonly Value[];
  readonly frames: readonly FrameEntry[];
  /** Spans without a frame, up to 20,000. */
  readonly others: readonly LedgerSpan[];
  /** Number of unused spans: without a time, with a negative duration, or above the limits. */
  readonly leftOut: number;
}

/** Columns of a spans table that come before the role: experiment, run, trial, repeat, warm-up and the parameters. */
export function trialColumnsOf(spans: Table): readonly Column[] {
  const width = spans.columns.indexOf('role');
  return spans.columns.slice(0, width).map((name, index): Column => [name, spans.types[index] ?? 'any']);
}

/**
 * The frames of every trial, one trial after another. A span belongs to a frame if it has a field `frame` with a value;
 * times are milliseconds since the start of the run.
 */
export async function* framesOfTrials(spans: Table): AsyncGenerator<TrialFrames> {
  const read = readerOf(spans);
  const width = trialColumnsOf(spans).length;
  let trial = opened('', []);
  for await (const row of spans.rows()) {
    const leading = row.slice(0, width);
    const key = leading.map(jsonText).join();
    if (trial.key !== key) {
      if (trial.key !== '') yield closed(trial);
      trial = opened(key, leading);
    }
    const span = read(row);
    const [into, max] = span?.frame === '' ? [trial.others, maxOthers] : [trial.spans, mostFrameSpans];
    if (span === null || into.length >= max) trial.leftOut += 1;
    else into.push(span);
  }
  if (trial.key !== '') yield closed(trial);
}

interface OpenTrial {
  readonly key: string;
  readonly leading: readonly Value[];
  readonly spans: LedgerSpan[];
  readonly others: LedgerSpan[];
  leftOut: number;
}

function opened(key: string, leading: readonly Value[]): OpenTrial {
  return { key, leading, spans: [], others: [], leftOut: 0 };
}

function closed(trial: OpenTrial): TrialFrames {
  const whole = trial.spans.length < mostFrameSpans;
  return {
    leading: trial.leading,
    frames: whole ? frameLedger(trial.spans) : [],
    others: trial.others,
    leftOut: trial.leftOut + (whole ? 0 : trial.spans.length),
  };
}

/** @returns null for a row without a time or with a negative duration */
function readerOf(spans: Table): (row: readonly Value[]) => LedgerSpan | null {
  const at = (column: string) => spans.columns.lastIndexOf(column);
  const own = (key: string) => (at(`span_${key}`) === -1 ? at(key) : at(`span_${key}`));
  const columns = {
    role: at('role'),
    rank: at('rank'),
    device: at('device'),
    name: at('name'),
    time: at('time_s'),
    error: at('clock_error_ms'),
    duration: at('duration_ms'),
    frame: own('frame'),
    part: own('part'),
  };
  return (row) => {
    const frame = row[columns.frame];
    const [timeS, durationMs, errorMs] = [row[columns.time], row[columns.duration], row[columns.error]];
    if (typeof timeS !== 'number' || typeof durationMs !== 'number' || durationMs < 0) return null;
    const name = String(row[columns.name]);
    return {
      frame: frame === undefined || frame === null ? '' : typeof frame === 'string' ? frame : jsonText(frame),
      instance: `${String(row[columns.role])}-${String(row[columns.rank])}`,
      device: String(row[columns.device]),
      name,
      part: partOf(name, row[columns.part]),
      startMs: timeS * 1000,
      endMs: timeS * 1000 + durationMs,
      errorMs: typeof errorMs === 'number' ? errorMs : null,
    };
  };
}
