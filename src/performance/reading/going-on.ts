import type { RunRecord } from '../../logs/index.js';

/** What is known of a run that did not end in order: under way, abandoned, or which of the two cannot be told. */
export function goingOnText({ unchecked, state, ended_at, failure, job, run_id: id }: RunRecord): string {
  if (state === 'abandoned')
    return `The run was abandoned: it was last written at ${ended_at ?? 'an unknown time'}. ${failure?.what ?? ''}`.trim();
  const covered = 'this report covers what was logged so far.';
  if (job !== undefined)
    return `The job was still going on when its output was fetched at ${job.asked_at}: this report covers what was there then. To get the rest: collab job output ${id}`;
  if (unchecked === undefined) return `The run is still running: ${covered}`;
  return `Could not check whether the run is still running, because ${unchecked.why}. It was last written at ${unchecked.last_written_at}; ${covered}`;
}
