import { listRuns, readSettledRun, type RunPlan, type Workspace } from '../../index.js';
import { manyTrialsText } from '../text/index.js';
import { agrees } from './prompts.js';

/** A run of more trials is asked about before it starts. */
const many = 1000;

/**
 * Asks before a run of very many trials, with their number, how it came about, and how long they would take.
 * @throws CollabError `cannot-ask` without --yes and without a terminal
 */
export async function agreesToTrials(
  yes: boolean | undefined,
  plan: RunPlan,
  workspace: Workspace,
): Promise<boolean> {
  if (plan.trials.length <= many || yes === true) return true;
  const text = manyTrialsText(plan, await trialSecondsBefore(plan.experiment, workspace));
  return agrees(yes, `${text}: that needs confirmation`, `${text}. Start?`);
}

/** Mean duration of the complete trials of the experiment's newest run that has any. */
async function trialSecondsBefore(experiment: string, workspace: Workspace): Promise<number | null> {
  for (const { folder } of (await listRuns(workspace.logs)).filter((run) => run.experiment === experiment)) {
    const record = await readSettledRun(folder).catch(() => null);
    const took = (record?.trials ?? []).flatMap(({ state, started_at: from, ended_at: to }) =>
      state === 'complete' && from !== null && to !== null
        ? [(Date.parse(to) - Date.parse(from)) / 1000]
        : [],
    );
    if (took.length > 0) return took.reduce((sum, one) => sum + one, 0) / took.length;
  }
  return null;
}
