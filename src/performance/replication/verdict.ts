import type { ReplicationRecord } from '../../logs/index.js';
import { numberText } from '../summaries/index.js';
import type { JudgedEqual } from './equal-results.js';
import type { JudgedMetric } from './judge-metrics.js';

export interface Evidence {
  readonly within: number;
  readonly metrics: readonly JudgedMetric[];
  /** Metrics that were named, and that the original does not have. */
  readonly unknown: readonly string[];
  readonly equal: readonly JudgedEqual[];
  /** Why one of the runs is not whole, in sentences. */
  readonly incomplete: readonly string[];
  /** What is to be known with any verdict: other code, other values of parameters. */
  readonly notes: readonly string[];
}

/**
 * DIFFERENT if a result that must be equal is not, or a metric that decides is different or missing. REPRODUCED only if all of
 * them were compared, and are the same, in whole runs. Otherwise there is too little to say either.
 */
export function verdictOf(evidence: Evidence): Pick<ReplicationRecord, 'verdict' | 'reasons'> {
  const { within, equal, incomplete, unknown, notes } = evidence;
  const metrics = evidence.metrics.filter(({ decides }) => decides);
  const differing = [
    ...equal.filter(({ finding }) => finding === 'different').map(unequalText),
    ...metrics.flatMap((one) =>
      one.finding === 'different'
        ? [`${differenceText(one)}: beyond ${percent(within)}.`]
        : one.finding === 'missing'
          ? [`${nameOf(one)} is missing in the replication, although its trials are complete.`]
          : [],
    ),
  ];
  const open = [
    ...equal.filter(({ finding }) => finding === 'not compared').map(uncomparedText),
    ...unknown.map((name) => `The original has no metric ${name}, which is to decide.`),
    ...metrics.flatMap((one) => openText(one, within)),
    ...incomplete,
  ];
  if (differing.length > 0) return { verdict: 'DIFFERENT', reasons: [...differing, ...open, ...notes] };
  if (open.length > 0) return { verdict: 'TOO FEW', reasons: [...open, ...notes] };
  return { verdict: 'REPRODUCED', reasons: [...agreement(equal, metrics, within), ...notes] };
}

function agreement(
  equal: readonly JudgedEqual[],
  metrics: readonly JudgedMetric[],
  within: number,
): string[] {
  const values = equal.reduce((sum, { compared }) => sum + compared, 0);
  const names = equal.map(({ role, name }) => resultName(role, name)).join(', ');
  const [widest] = metrics.toSorted((a, b) => reach(b) - reach(a));
  return [
    ...(equal.length === 0 ? [] : [`Equal in all ${values} values: ${names}.`]),
    ...(widest === undefined
      ? []
      : metrics.length === 1
        ? [`${differenceText(widest)}: within ${percent(within)}.`]
        : [
            `All ${metrics.length} metrics that decide are within ${percent(within)}, with their intervals. The farthest: ${differenceText(widest)}.`,
          ]),
  ];
}

const reach = ({ relative_low: low, relative_high: high }: JudgedMetric) =>
  Math.max(Math.abs(low ?? 0), Math.abs(high ?? 0));

/** Why a metric keeps the verdict open. */
function openText(one: JudgedMetric, within: number): string[] {
  const { finding, repeats, needed_repeats: needed } = one;
  const have = `${repeats.original} and ${repeats.replication} repeats`;
  if (finding === 'too few')
    return [
      `${nameOf(one)}: ${have} are too few for an interval. ${needed === null ? 'The original has too few for any number of repeats of the replication.' : `With the ${repeats.original} of the original, ${needed} repeats of the replication are the fewest that can decide.`}`,
    ];
  if (finding === 'undecided')
    return [
      `${differenceText(one)}: neither within ${percent(within)} nor beyond, with ${have}. ${needed === null ? 'How many would decide is not known; more repeats of both runs narrow the interval.' : `If the true difference is the measured one, about ${needed} repeats of the replication would decide.`}`,
    ];
  if (finding === 'no share')
    return [
      `${nameOf(one)}: the original has values of 0 or of both signs, so no share of them can be given. Name it with equal: and a tolerance, or let other metrics decide.`,
    ];
  return finding === 'not measured'
    ? [`${nameOf(one)}: the replication has no complete trial with these parameters.`]
    : [];
}

function unequalText(one: JudgedEqual): string {
  const { different, compared, first, within } = one;
  const tolerance = within > 0 ? ` by more than ${within}` : '';
  const where =
    first === null
      ? ''
      : `: first ${atText(first.parameters)}in repeat ${first.repeat + 1}, rank ${first.rank}, row ${first.row}: ${first.original ?? 'no row'}, in the replication ${first.replication ?? 'no row'}`;
  return `${resultName(one.role, one.name)} must be equal, and ${different} of ${compared} values differ${tolerance}${where}.`;
}

function uncomparedText(one: JudgedEqual): string {
  const name = resultName(one.role, one.name);
  if (one.role === null || (one.compared === 0 && one.uncompared === 0))
    return `${name} must be equal, but no complete trial recorded it.`;
  if (one.different > 0)
    return `${name} differs, but rows of a run are missing or broken, so it is not known which values belong together.`;
  if (one.uncompared > 0)
    return `${name} must be equal, but ${one.uncompared} of ${one.uncompared + one.repeats} repeats of the original have no complete counterpart.`;
  return `${name} must be equal, but rows of a run are missing or broken, so it could not be compared.`;
}

const resultName = (role: string | null, name: string) =>
  role === null || name.startsWith(`${role}.`) ? name : `${role}.${name}`;

const atText = (parameters: Readonly<Record<string, unknown>>) => {
  const label = Object.entries(parameters).map(([name, value]) => `${name}=${String(value)}`);
  return label.length === 0 ? '' : `at ${label.join(' ')} `;
};

const nameOf = ({ role, metric, parameters }: JudgedMetric) =>
  `${role}.${metric} ${atText(parameters)}`.trimEnd();

/** `client.total_ms at split=4 is 1.2 % higher (95 % interval -0.5 to 2.9 %)` */
function differenceText(one: JudgedMetric): string {
  const { relative, relative_low: low, relative_high: high } = one;
  const share = relative ?? 0;
  const how = share === 0 ? 'the same' : `${percent(Math.abs(share))} ${share > 0 ? 'higher' : 'lower'}`;
  const interval =
    low === null || high === null ? '' : ` (95 % interval ${signed(low)} to ${signed(high)} %)`;
  return `${nameOf(one)} is ${how}${interval}`;
}

const percent = (share: number) => `${numberText(Number((share * 100).toPrecision(3)))} %`;
const signed = (share: number) => {
  const value = Number((share * 100).toPrecision(3));
  return value > 0 ? `+${numberText(value)}` : numberText(value);
};
