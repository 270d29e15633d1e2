import type { RunPlan, Workspace } from '../../index.js';
import { manyTrialsText } from '../text/index.js';
import { agrees } from './prompts.js';
import { trialSecondsBefore } from './trial-seconds.js';

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
