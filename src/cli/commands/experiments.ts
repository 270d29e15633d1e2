import { type ListedExperiment, listExperiments, runOverview, type RunOverview } from '../../index.js';
import { experimentsText } from '../text/index.js';
import { openSession, terminalWidth } from '../session/index.js';

/** `collab experiments`: the experiments of the workspace, their last runs, and what has changed since. */
export async function experiments(options: { json?: boolean }): Promise<void> {
  const { workspace, print } = openSession(options);
  const listed = await listExperiments(workspace);
  const all: (ListedExperiment & { overview: RunOverview | null })[] = [];
  for (const one of listed)
    all.push({ ...one, overview: one.lastRun === null ? null : await runOverview(one.lastRun) });
  const none = 'There are no experiments yet. Make one with: collab new my-experiment';
  print(all.length === 0 ? none : experimentsText(all, terminalWidth()), { experiments: all.map(result) });
}

function result({
  name,
  folder,
  id,
  faults,
  changes,
  overview,
}: ListedExperiment & { overview: RunOverview | null }) {
  const lastRun = overview && {
    run_id: overview.run_id,
    folder: overview.folder,
    state: overview.state,
    started_at: overview.started_at,
    verdict: overview.validity?.verdict ?? null,
  };
  return { name, folder, id, faults, last_run: lastRun, changes };
}
