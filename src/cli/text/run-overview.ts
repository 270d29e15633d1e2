import {
  durationText,
  plainText,
  type RunLabels,
  type RunOverview,
  type Validity,
  verdictText,
} from '../../index.js';

/** The state of a run, with since when it is abandoned. */
function stateText({ state, abandoned_at }: RunOverview): string {
  return abandoned_at === null ? state : `${state} since ${timeText(abandoned_at)}`;
}

/** What a line of a list cannot say of a run; null if there is nothing. */
export function runNote(run: RunOverview): string | null {
  const { run_id: id, abandoned_at, unchecked, fault, job, state } = run;
  if (fault !== null) return `${id} cannot be read: ${fault}`;
  if (abandoned_at !== null)
    return `${id} is ${stateText(run)}: its controller is gone. To go on with it: collab resume ${id}`;
  if (job !== null && state === 'running')
    return `${id} is a job that was still going on at ${timeText(job.asked_at)}. To get what is new: collab job output ${id}`;
  if (unchecked === null) return null;
  const written = timeText(unchecked.last_written_at);
  return `could not check whether ${id} is still running, because ${unchecked.why}. It was last written at ${written}.`;
}

/** A time of a record as `2026-11-21 12:53:01 UTC`. */
export const timeText = (time: string): string => `${time.slice(0, 19).replace('T', ' ')} UTC`;

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
  const lines = [
    `${run.experiment}  ${run.run_id}${run.job === null ? '' : `  job of ${run.job.owner} on the fleet ${run.job.fleet}`}`,
    `${stateText(run)}, started ${started}${took}, ${run.trials.complete} of ${run.trials.all} trials complete`,
    ...labelsText(run),
    placement.map(placedText).join(', '),
    ...(run.replication === null
      ? []
      : [`Replication of ${run.replication.original}: ${run.replication.verdict}`]),
    `Verdict: ${verdictText(validity)}`,
    ...validity.findings.map(
      ({ level, check, text }) => `  ${level === 'doubt' ? '!' : '-'} ${check}: ${text}`,
    ),
  ];
  return lines.map(plainText).join('\n');
}
