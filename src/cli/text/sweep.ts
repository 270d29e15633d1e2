import { durationText, type RunPlan, stoppedCoverage } from '../../index.js';
import { wrap } from './text-width.js';

type Sweep = RunPlan['sweep'];

/** How the number of trials came about: `3 x 2 combinations, 1 excluded; each 1 warm-up and 20 repeats`. */
export function countedText({ counted, stopWhen }: Sweep): string {
  const { product, combinations, excluded, repeats, warmup } = counted;
  const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
  const all = product.includes(' x ')
    ? `${product} combinations${excluded === 0 ? '' : `, ${excluded} excluded`}`
    : plural(combinations, 'combination') + (excluded === 0 ? '' : `, ${excluded} more excluded`);
  const warm = warmup === 0 ? '' : `${plural(warmup, 'warm-up')} and `;
  const measured =
    stopWhen === null ? plural(repeats, 'repeat') : `${stopWhen.atLeast} to ${repeats} repeats`;
  return `${all}; each ${warm}${measured}`;
}

/** Which trials there are, in which order, and what ends them early; a line or a few for each. */
export function sweepText(sweep: Sweep, width: number): string {
  const { stopWhen, onFailure, onLoss } = sweep;
  const stop = stopWhen === null ? [] : [`stop: ${stopText(stopWhen)}`];
  return [
    `trials: ${countedText(sweep)}`,
    ...(sweep.counted.combinations === 1 ? [] : [`order: ${orderText(sweep)}`]),
    ...stop,
    `after a trial that failed: ${onFailure}; after a lost device: ${onLoss}`,
  ]
    .map((line) => wrap(line, width, '  '))
    .join('\n');
}

/** What `stop_when` does, and what its intervals are worth. */
function stopText(rule: NonNullable<Sweep['stopWhen']>): string {
  const { metric, interval, atLeast, atMost } = rule;
  const share = Math.round(stoppedCoverage(rule).share * 100);
  return `the repeats of a combination end, after ${atLeast} to ${atMost}, once half the 95 % interval (Student's t, over the medians of the repeats) of ${metric} is within ${Number((interval * 100).toPrecision(3))} % of their mean. Such intervals contain the true mean in about ${share} % of cases, not 95 % (simulated).`;
}

function orderText({ order, seed }: Sweep): string {
  switch (order) {
    case 'interleaved':
      return 'interleaved: a repeat of every combination, then the next';
    case 'sequential':
      return 'sequential: all repeats of a combination, then the next';
    case 'random':
      return `random, seed ${seed ?? 0}: a repeat of every combination, in an order of its own, then the next`;
  }
}

/** A question before a run of many trials. @param trialS how long a trial took before; null if that is not known */
export function manyTrialsText(plan: RunPlan, trialS: number | null): string {
  const { trials, sweep } = plan;
  const most = sweep.stopWhen === null ? '' : 'at most ';
  const time =
    trialS === null
      ? ''
      : `, ${most}${durationText(trialS * trials.length)} if each takes ${durationText(trialS)}, as before`;
  return `${plan.experiment} has ${most}${trials.length} trials (${countedText(sweep)})${time}`;
}
