import type { TrialRecord } from '../../logs/index.js';
import { median } from '../statistics/index.js';
import { measuredTrials, primaryOf } from '../summaries/index.js';
import type { RunEvidence } from './evidence.js';
import type { Check, Finding } from './finding.js';
import { firstRankP, smallestFirstRankP } from './first-rank.js';
import { listed, plural, short } from './sentence.js';

const check = 'state carried over';
/** A smaller difference does not change the conclusions of a paper. */
const smallDifference = 0.05;
const significance = 0.05;

/**
 * A process that stays for several trials may keep something from one to the next: caches, memory, a learnt state. Then the
 * first repeat of a combination differs from the later ones.
 */
function noStateCarriedOver({ run, recorded }: RunEvidence): Finding[] {
  const roles = run.placement.filter(({ restart }) => restart === 'run').map(({ role }) => role);
  if (roles.length === 0) return [];
  const isWhole = run.trials.every(({ state, attempt = 1 }) => state === 'complete' && attempt === 1);
  const stays = isWhole ? 'stayed' : 'was to stay';
  const stayed = `The process of ${listed([...new Set(roles)])} ${stays} for all trials (restart: run)`;
  const remark = (text: string): Finding[] => [{ check, level: 'remark', text: `${stayed}. ${text}` }];
  const primary = primaryOf(run);
  const isPrimary = ({ role, quantity }: { role: string; quantity: string }) =>
    primary.includes(quantity) || primary.includes(`${role}.${quantity}`);
  const chosen = recorded.some(isPrimary)
    ? recorded.filter(isPrimary)
    : recorded.filter(({ quantity }) => quantity.endsWith('_ms'));
  if (chosen.length === 0)
    return remark(
      'Could not check whether it carried state from one to the next: no primary metric and no result named *_ms was recorded.',
    );

  // A first repeat that was tried again did not come first.
  const groups = measuredTrials(run)
    .map((group) => group.toSorted((a, b) => a.number - b.number))
    .filter(([first]) => (first?.attempt ?? 1) === 1);
  const looked = chosen.map(({ role, quantity, trials }) => {
    const values = new Map([...trials].map(([trial, { median: value }]) => [trial, value] as const));
    return lookAt(`${quantity} of ${role}`, values, groups);
  });
  const limit = significance / looked.length;
  const found = looked.filter(
    ({ p, share }) => p !== null && p < limit && Math.abs(share) >= smallDifference,
  );
  const doubts = found.map(({ what, p, share, combinations }): Finding => {
    const text = `${stayed}, and the first repeats differ from the later ones: ${what} was ${percent(share)} in the first repeat, over ${plural(combinations, 'combination')} of parameters (p = ${(p ?? 0).toPrecision(2)}). It may have carried state from one trial to the next, or nothing was warm yet in the first. Add warm-up repeats, reset the state in its code, or use restart: trial.`;
    return { check, level: 'doubt', text };
  });
  const untold = looked.filter(({ smallestP }) => smallestP >= limit);
  if (untold.length === 0) return doubts;
  const [worst] = untold.toSorted((a, b) => Math.abs(b.share) - Math.abs(a.share));
  const size =
    worst === undefined || Math.abs(worst.share) < smallDifference
      ? ''
      : ` ${worst.what} was ${percent(worst.share)} in the first repeat, which may be chance.`;
  const all = untold.length === looked.length ? '' : ` for ${listed(untold.map(({ what }) => what))}`;
  const needed = neededRepeats(groups.length, limit);
  return [
    ...doubts,
    ...remark(
      `Could not check${all} whether it carried state from one to the next: there are too few repeats to compare the first with the later ones.${size} ${plural(needed, 'repeat')} of each combination of parameters are enough.`,
    ),
  ];
}

interface Looked {
  readonly what: string;
  /** Null without repeats. */
  readonly p: number | null;
  /** The smallest p that so many values can have. */
  readonly smallestP: number;
  /** How much larger the first repeats are than the median of the later ones: the median over the combinations. */
  readonly share: number;
  readonly combinations: number;
}

function lookAt(
  what: string,
  values: ReadonlyMap<number, number>,
  groups: readonly (readonly TrialRecord[])[],
): Looked {
  const strata = groups.flatMap((group) => {
    const [first, ...later] = group.flatMap(({ number }) => values.get(number) ?? []);
    return first === undefined || later.length === 0 ? [] : [{ first, later }];
  });
  const shares = strata.flatMap(({ first, later }) => {
    const level = median(later);
    return level === 0 ? [] : [first / level - 1];
  });
  return {
    what,
    p: firstRankP(strata),
    smallestP: smallestFirstRankP(strata.map(({ later }) => later.length + 1)),
    share: shares.length === 0 ? 0 : median(shares),
    combinations: strata.length,
  };
}

const percent = (share: number) => `${short(Math.abs(share) * 100)} % ${share > 0 ? 'higher' : 'lower'}`;

/** How many repeats of so many combinations a difference in all of them needs to be significant. */
function neededRepeats(combinations: number, limit: number): number {
  const strata = Math.max(1, combinations);
  let repeats = 2;
  while (2 / repeats ** strata >= limit) repeats += 1;
  return repeats;
}

/** Checks what can go wrong when a process stays for several trials. */
export const carriedOverChecks: readonly Check[] = [noStateCarriedOver];
