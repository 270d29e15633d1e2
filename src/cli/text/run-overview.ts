import {
  durationText,
  plainText,
  type RunLabels,
  type RunOverview,
  type Validity,
  verdictText,
} from '../../index.js';
import { paint } from './paint.js';
import { toned } from './tones.js';

/** Since when a run is abandoned. */
const sinceText = ({ abandoned_at: since }: RunOverview): string =>
  since === null ? '' : ` since ${timeText(since)}`;

/** What a line of a list cannot say of a run; null if there is nothing. */
export function runNote(run: RunOverview): string | null {
  const { run_id: id, abandoned_at, unchecked, fault, job, state } = run;
  if (fault !== null) return `${id} cannot be read: ${fault}`;
  if (abandoned_at !== null)
    return `${id} is ${state}${sinceText(run)}: its controller is gone. To go on with it: collab resume ${id}`;
  if (job !== null && state === 'running')
    return `${id} is a job that was still going on at ${timeText(job.asked_at)}. To get what is new: collab job output ${id}`;
  if (unchecked === null) return null;
  const written = timeText(unchecked.last_written_at);
  return `could not check whether ${id} is still running, because ${unchecked.why}. It was last written at ${written}.`;
}

/** A time of a record as `2026-11-21 12:53:01 UTC`. */
export const timeText = (time: string): string => `${time.slice(0, 19).replace('T', ' ')} UTC`;

/** The same to the minute, without the zone, for a column. */
export const minuteText = (time: string): string => time.slice(0, 16).replace('T', ' ');

interface Placed {
  role: string;
  rank: number;
  device: string;
  network?: 'host' | undefined;
  restart?: 'run' | undefined;
}

function placedText({ role, rank, device, network, restart }: Placed): string {
  const how = [
    ...(network === undefined ? [] : ['in its network']),
    ...(restart === undefined ? [] : ['one process for all trials']),
  ];
  return `${role}-${rank} on ${device}${how.length === 0 ? '' : ` (${how.join(', ')})`}`;
}

/** What the user calls a run, a line for each label that it has. */
export function labelsText({ name, note, tags }: RunLabels | RunOverview): string[] {
  return [
    ...(name === null ? [] : [`Name: ${name}`]),
    ...(tags.length === 0 ? [] : [`Tags: ${tags.join(', ')}`]),
    ...(note === null ? [] : [`Note: ${note}`]),
  ];
}

/** Which run this is, how it went, and whether its numbers can be trusted. */
export function overviewText(run: RunOverview, placement: readonly Placed[], validity: Validity): string {
  const took = run.seconds === null ? '' : `, took ${durationText(run.seconds)}`;
  const started = run.started_at === null ? 'at an unknown time' : timeText(run.started_at);
  const job = run.job === null ? '' : `  job of ${run.job.owner} on the fleet ${run.job.fleet}`;
  const how = `${sinceText(run)}, started ${started}${took}, ${run.trials.complete} of ${run.trials.all} trials complete`;
  const lines = [
    plainText(`${run.experiment}  ${run.run_id}${job}`),
    toned(run.state) + plainText(how),
    ...labelsText(run).map(plainText),
    plainText(placement.map(placedText).join(', ')),
  ];
  const judged =
    run.replication === null
      ? []
      : [`Replication of ${plainText(run.replication.original)}: ${toned(run.replication.verdict)}`];
  const { verdict, findings } = validity;
  const found = findings.map(({ level, check, text }) => {
    const said = plainText(`${check}: ${text}`);
    return level === 'doubt' ? `  ${paint('doubtful', '!')} ${said}` : `  - ${said}`;
  });
  return [
    ...lines,
    ...judged,
    `Verdict: ${toned(verdict)}${verdictText(validity).slice(verdict.length)}`,
    ...found,
  ].join('\n');
}
