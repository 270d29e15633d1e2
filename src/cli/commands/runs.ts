import { listRuns, overviewsOf, type RunOrder, selectRuns } from '../../index.js';
import { openSession } from '../session/index.js';
import { runNotes, runsText } from '../text/index.js';

/** Number of runs listed without --all. */
const shownRuns = 20;

export interface RunsOptions {
  sort?: RunOrder;
  reverse?: boolean;
  filter: string[];
  tag: string[];
  all?: boolean;
  json?: boolean;
}

/** `collab runs [experiment]`: the runs of the workspace with their verdicts, newest first. */
export async function runs(experiment: string | undefined, options: RunsOptions): Promise<void> {
  const { workspace, say, print } = openSession(options);
  const { sort, reverse = false, filter: filters, tag: tags, all = false } = options;
  const listed = await listRuns(workspace.logs);
  const most = all ? listed.length : shownRuns;
  const found = await selectRuns(listed, { experiment, filters, tags, sort, reverse, most });
  const overviews = await overviewsOf(found.runs);
  print(
    overviews.length === 0
      ? noneText(experiment, listed.length > 0 && filters.length + tags.length > 0)
      : runsText(overviews, experiment !== undefined),
    { runs: overviews },
  );
  for (const note of runNotes(overviews)) say(`note: ${note}`);
  const hidden = found.all - overviews.length;
  if (hidden > 0) say(`${hidden} more ${hidden === 1 ? 'run is' : 'runs are'} hidden. Show all with: --all`);
}

function noneText(experiment: string | undefined, filtered: boolean): string {
  const of = experiment === undefined ? '' : ` of ${experiment}`;
  if (filtered) return `No run${of} is like that. List all with: collab runs --all`;
  return `There are no runs${of} yet. Start one with: collab run hello --local`;
}
