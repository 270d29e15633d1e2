import type { RunRecord } from '../../logs/index.js';
import { stoppedCoverage } from '../statistics/index.js';

/** What ending repeats early costs; null for a run in which none was skipped. */
export function earlyStopNote({ sweep, trials }: Pick<RunRecord, 'sweep' | 'trials'>): string | null {
  const rule = sweep?.stop_when;
  if (rule === undefined || !trials.some(({ state }) => state === 'skipped')) return null;
  const { metric, interval, at_least: atLeast, at_most: atMost } = rule;
  const { share } = stoppedCoverage({ interval, atLeast, atMost });
  return `Repeats ended once half the 95 % interval of ${metric} was within ${Number((interval * 100).toPrecision(3))} % of the mean, at the latest after ${atMost}: such intervals contain the true mean in about ${Math.round(share * 100)} % of cases, not 95 % (simulated).`;
}
