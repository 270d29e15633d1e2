import { durationText, listRuns, runOverview, type RunOverview } from '../../index.js';
import { openSession } from '../session/index.js';
import { runNote, table, toned } from '../text/index.js';

/** Number of runs listed without --all. */
const shownRuns = 20;

/** `collab runs [experiment]`: the runs of the workspace with their verdicts, newest first. */
export async function runs(
  experiment: string | undefined,
  options: { all?: boolean; json?: boolean },
): Promise<void> {
  const { workspace, say, print } = openSession(options);
  const found = (await listRuns(workspace.logs)).filter(
    (run) => experiment === undefined || run.experiment === experiment,
  );
  const shown = options.all === true ? found : found.slice(0, shownRuns);
  const overviews: RunOverview[] = [];
  for (const run of shown) overviews.push(await runOverview(run));
  const rows = overviews.map((run) => [
    run.run_id,
    run.experiment,
    run.unchecked === null ? toned(run.state) : `${run.state}?`,
    run.started_at?.slice(0, 19).replace('T', ' ') ?? '-',
    run.seconds === null ? '-' : durationText(run.seconds),
    `${run.trials.complete}/${run.trials.all}`,
    [run.validity?.verdict ?? '-', ...(run.replication === null ? [] : [run.replication.verdict])]
      .map(toned)
      .join(', '),
  ]);
  const headings = ['RUN', 'EXPERIMENT', 'STATE', 'STARTED (UTC)', 'DURATION', 'TRIALS', 'VERDICT'];
  const none =
    experiment === undefined ? 'There are no runs yet.' : `There are no runs of ${experiment} yet.`;
  print(shown.length === 0 ? `${none} Start one with: collab run hello --local` : table(headings, rows), {
    runs: overviews,
  });
  for (const note of overviews.map(runNote)) if (note !== null) say(`note: ${note}`);
  if (shown.length < found.length)
    say(`${found.length - shown.length} older runs are hidden. Show them with: collab runs --all`);
}
