import { durationText, listRuns, runOverview, type RunOverview } from '../../index.js';
import { openSession } from '../session/index.js';
import { table } from '../text/index.js';

/** Without --all, so many of the newest. */
const shownRuns = 20;

/** `collab runs [experiment]`: the runs of the workspace, the newest first, with their verdict. */
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
    run.state,
    run.started_at?.slice(0, 19).replace('T', ' ') ?? '-',
    run.seconds === null ? '-' : durationText(run.seconds),
    `${run.trials.complete}/${run.trials.all}`,
    run.validity?.verdict ?? '-',
  ]);
  const headings = ['RUN', 'EXPERIMENT', 'STATE', 'STARTED (UTC)', 'TOOK', 'TRIALS', 'VERDICT'];
  const none = experiment === undefined ? 'There is no run yet.' : `There is no run of ${experiment} yet.`;
  print(shown.length === 0 ? `${none} Make one: collab run hello --local` : table(headings, rows), overviews);
  for (const { run_id: id, fault } of overviews)
    if (fault !== null) say(`note: ${id} cannot be read: ${fault}`);
  if (shown.length < found.length)
    say(`${found.length - shown.length} older ones are not shown: collab runs --all`);
}
