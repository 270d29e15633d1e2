import { formatBytes, type CollabEvent } from '../../index.js';
import { countsText } from '../text/index.js';

/** A progress line: the next one replaces it. */
export interface Step {
  /** What it is about, to distinguish one progress from another. */
  about: string;
  text: string;
  percent: number | null;
  /** Whether it is also printed, now and then, where lines cannot be replaced. */
  isPlain: boolean;
}

type EventOf<K extends CollabEvent['kind']> = Extract<CollabEvent, { kind: K }>;
/** The kinds that report how far something is. */
type StepKind = Extract<
  CollabEvent['kind'],
  | `${string}.progress`
  | `report.${string}`
  | 'layer.line'
  | 'layer.step'
  | 'store.scrubbing'
  | 'store.copying'
>;
type Steps = { readonly [K in StepKind]: (event: EventOf<K>) => Step };

/** The progress line of each kind of event that has one. */
const steps: Steps = {
  'layer.line': ({ line }) => ({ about: 'layer', text: `  ${line}`, percent: null, isPlain: false }),
  'layer.step': ({ device, ref, step, of, instruction }) => ({
    about: ref,
    text: `  ${device}: step ${step} of ${of}: ${instruction}`,
    percent: Math.floor((100 * (step - 1)) / of),
    isPlain: true,
  }),
  'data.progress': (event) => sent(event),
  'sync.progress': (event) => sent(event),
  'delivery.progress': (event) => sent(event, `, ${formatBytes(event.bytes_per_s)}/s`),
  'store.progress': ({ name, act, bytes, total_bytes: total }) => {
    const percent = percentOf(bytes, total);
    const text = `  ${name}: ${percent} % of ${formatBytes(total)} ${act === 'put' ? 'safe' : 'here'}`;
    return { about: name, text, percent, isPlain: true };
  },
  'store.scrubbing': ({ done, of, bytes }) => ({
    about: 'scrub',
    text: `  read ${done} of ${of} streams (${formatBytes(bytes)})`,
    percent: percentOf(done, of),
    isPlain: true,
  }),
  'store.copying': ({ device, streams, of }) => ({
    about: device,
    text: `  replicas of ${device}: ${of - streams} of ${of} streams are whole again`,
    percent: percentOf(of - streams, of),
    isPlain: true,
  }),
  'job.progress': ({ name, tasks, ...counts }) => {
    const percent = percentOf(tasks - counts.queued - counts.running, tasks);
    return { about: name, text: `  ${name}: ${countsText(counts)}`, percent, isPlain: true };
  },
  'report.reading': ({ read_bytes: read, total_bytes: total }) => {
    const percent = percentOf(read, total);
    const text = `  reading: ${percent} % of ${formatBytes(total)}`;
    return { about: 'reading', text, percent, isPlain: true };
  },
  'report.writing': ({ format, table, rows, total_rows: total }) => {
    const percent = total === null ? null : percentOf(rows, total);
    const share = percent === null ? '' : ` (${percent} %)`;
    const text = `  ${format}: ${table}, ${rows} rows${share}`;
    return { about: `${format} ${table}`, text, percent, isPlain: percent !== null };
  },
};

/** The progress line of an event; null if it has none. */
export function stepLine(event: CollabEvent): Step | null {
  if (!Object.hasOwn(steps, event.kind)) return null;
  return (steps[event.kind as StepKind] as (event: CollabEvent) => Step)(event);
}

function sent(event: { device: string; sent_bytes: number; total_bytes: number | null }, rate = ''): Step {
  const { device, sent_bytes: bytes, total_bytes: total } = event;
  const percent = total === null ? null : percentOf(bytes, total);
  const share = total === null ? formatBytes(bytes) : `${percent} % of ${formatBytes(total)}`;
  return { about: device, text: `  ${device}: ${share} sent${rate}`, percent, isPlain: true };
}

function percentOf(part: number, whole: number): number {
  return whole > 0 ? Math.floor((100 * part) / whole) : 0;
}
