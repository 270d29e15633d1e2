import { placementOf, resultShape, type RunRecord, type TrialRecord } from '../../logs/index.js';
import { Notes, readRoleInstance, type RoleInstance, scanRecords, scanSamples } from '../reading/index.js';
import { isNamed, Measures } from '../summaries/index.js';
import { repeatTotals } from '../tables/index.js';
import { resultsInto } from './open-run.js';

/** The median of a metric in one repeat, for each role that has it. */
export type RepeatFigures = ReadonlyMap<string, { median: number; unit: string | null }>;

/**
 * Reads one complete trial for one metric: what its roles recorded, or else their totals and the means of their samples.
 * The figures are those of every report (`Measures`).
 */
export async function repeatFigures(
  folder: string,
  run: RunRecord,
  trial: TrialRecord,
  metric: string,
): Promise<RepeatFigures> {
  const own = { ...run, trials: [trial] };
  const pass = { notes: new Notes(), progress: () => undefined };
  const instances: RoleInstance[] = [];
  const results = new Measures(own);
  for (const placed of placementOf(run, trial)) {
    const instance = await readRoleInstance(folder, own, trial, placed, pass.notes);
    instances.push(instance);
    await scanRecords(instance, 'results', resultShape, new Map(), pass, resultsInto(instance, results));
  }
  const recorded = figuresOf(results, metric);
  if (recorded.size > 0) return recorded;
  const totals = new Measures(own);
  for (const instance of instances) repeatTotals(instance, await scanSamples(instance, pass), totals);
  return figuresOf(totals, metric);
}

function figuresOf(measures: Measures, metric: string): RepeatFigures {
  return new Map(
    measures
      .condensed()
      .summaries.filter((one) => isNamed(metric, one))
      .map(({ role, overRepeats, unit }) => [role, { median: overRepeats.mean, unit }]),
  );
}
