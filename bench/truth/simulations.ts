import { beyondBounds, shiftedLedgers, workloads } from '../../tests/fixtures/known-frames.js';
import { foundIn } from '../../tests/fixtures/simulated-pairs.js';
import type { Truth } from './truth.js';

const ledgerHow =
  'Simulated frames of five kinds of programs on two to four devices, whose clocks are then shifted by up to their stated error, and by exactly that; seeds are fixed. Counted: frames with an amount of the ledger beyond its own error.';
const compareHow =
  'Simulated pairs of runs of 10 repeats with 3 % noise, one primary metric and 25 totals, with a fixed seed. A/A: both are equal, so each finding is false. Else the primary metric of B is 5 % larger. Claimed: the exact level of the Mann-Whitney test at 5 % with 10 and 10 repeats is 4.33 %; of a family of 25 at most 5 % of the pairs have a false finding; at least 80 % of the shifts are found. The first two bounds include three standard errors of the simulation.';

/** Probability of p <= 5 % in the two-sided test of equal samples of 10 and 10. */
const exactLevel = 0.0433;

/** Do the parts of frames stay within their bounds when clocks are off, each one of them? */
export function ledger({ short }: { short: boolean }): Promise<Truth[]> {
  const seeds = short ? 4 : 100;
  return Promise.resolve(
    Object.entries(workloads).flatMap(([name, workload]) =>
      [0.05, 1.5, 37.5].map((errorMs): Truth => {
        let [frames, beyond] = [0, 0];
        for (let seed = 1; seed <= seeds; seed += 1) {
          const pairs = shiftedLedgers({ workload, errorMs, everyMs: 30 }, seed * 15_485_863, 10);
          frames += pairs.length;
          beyond += beyondBounds(pairs).length;
        }
        return {
          area: 'ledger',
          tried: `${name}, clocks off by ±${errorMs} ms: ${frames} frames, amounts beyond their bound`,
          unit: '',
          claim: 0,
          truth: beyond,
          allowed: 0,
          how: ledgerHow,
        };
      }),
    ),
  );
}

/** How often does `compare` find a difference that is not there, and one that is? */
export function compare({ short }: { short: boolean }): Promise<Truth[]> {
  const pairs = short ? 200 : 2000;
  const line = (tried: string, claim: number, found: number, allowed: number): Truth => ({
    area: 'compare',
    tried: `${tried}, ${pairs} pairs`,
    unit: '%',
    claim,
    truth: (100 * found) / pairs,
    allowed,
    how: compareHow,
  });
  const shifted = (metric: string) => (metric === 'total_ms' ? 1.05 : 1);
  const error = 3 * 100 * Math.sqrt((exactLevel * (1 - exactLevel)) / pairs);
  const same = () => 1;
  return Promise.resolve([
    line(
      'A/A: false findings in the primary family',
      100 * exactLevel,
      foundIn('primary', same, pairs),
      error,
    ),
    line('A/A: with a false finding among 25 totals', 0, foundIn('other', same, pairs), 5 + error),
    line('a shift of 5 %: found', 100, foundIn('primary', shifted, pairs), 20),
  ]);
}
