import { basename } from 'node:path';
import { attemptName, newestAttempt, roleFiles, type RunRecord, type TrialRecord } from '../../logs/index.js';
import { earlyStopNote } from './early-stop-note.js';
import { goingOnText, type Notes, type RoleInstance } from '../reading/index.js';

interface Counted {
  readonly instance: RoleInstance;
  readonly samples: { readonly records: number };
  readonly results: number;
}

/**
 * Adds the notes on the run as a whole.
 * @param missing instances without a folder
 */
export function noteRun(
  run: RunRecord,
  counted: readonly Counted[],
  missing: ReadonlySet<RoleInstance>,
  notes: Notes,
): void {
  if (run.rebuilt !== undefined) notes.add(run.rebuilt);
  const failure = run.failure === undefined ? '.' : `: ${run.failure.what}`;
  if (run.state === 'running' || run.state === 'abandoned') notes.add(goingOnText(run));
  else if (run.state === 'partial')
    notes.add(`the run went through all trials, but not all are complete${failure}`);
  else if (run.state === 'failed') notes.add(`the run failed${failure}`);
  else if (run.state === 'interrupted') notes.add(`the run was interrupted${failure}`);
  const pending = run.trials.filter(({ state }) => state === 'pending');
  if (pending.length > 0) {
    notes.add(`${pending.length} of ${run.trials.length} trials did not run: ${numbers(pending)}.`);
  }
  const skipped = run.trials.filter(({ state }) => state === 'skipped');
  if (skipped.length > 0) {
    notes.add(`${skipped.length} of ${run.trials.length} trials were not needed: ${numbers(skipped)}.`);
  }
  const stopped = earlyStopNote(run);
  if (stopped !== null) notes.add(stopped);
  for (const { number, state, failure: fault, error } of run.trials) {
    if (state !== 'failed' && state !== 'interrupted' && state !== 'lost') continue;
    const who =
      fault === undefined
        ? errorText(error)
        : `: ${fault.role}-${fault.rank} on ${fault.device}: ${fault.reason}`;
    notes.add(`trial ${number} ${state === 'failed' ? 'failed' : `was ${state}`}${who}`);
  }
  for (const { instance, samples } of counted) {
    if (isUntried(instance.trial)) continue;
    // A task leaves its files when it ends.
    if (run.job !== undefined && instance.trial.state === 'running') continue;
    const where = `trials/${attemptName(newestAttempt(instance.trial))}/${basename(instance.folder)}`;
    if (missing.has(instance)) notes.add(`${instance.label}: the folder ${where} is missing.`);
    else if (samples.records === 0) notes.add(`${instance.label}: there are no samples.`);
    noteClock(instance, samples.records > 0, notes);
  }
  if (run.trials.length === 0) notes.add('the run has no trials.');
  else if (counted.every(({ samples }) => samples.records === 0)) notes.add('the run has no samples.');
  if (counted.every(({ results }) => results === 0))
    notes.add(`the run has no results: no role wrote to ${roleFiles.results}.`);
}

function noteClock({ clock, label, device }: RoleInstance, hasTimes: boolean, notes: Notes): void {
  if (clock === null) {
    if (hasTimes) notes.add(`${label}: the log does not relate its clock to a time, so its times are empty.`);
  } else if (clock.errorMs === null) {
    notes.add(
      `the clock of ${device} was not measured: its times come from its own clock and have no error bound.`,
    );
  }
}

const errorText = (error: TrialRecord['error']) => (error === undefined ? '' : `: ${error.what}`);

const isUntried = ({ state }: TrialRecord) => state === 'pending' || state === 'skipped';

/** Trial numbers as ranges: 1-3, 5. */
function numbers(trials: readonly TrialRecord[]): string {
  const ranges: [number, number][] = [];
  for (const { number } of trials) {
    const last = ranges.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(', ');
}
