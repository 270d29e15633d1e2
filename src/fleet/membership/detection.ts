import { suspicionTime } from './cleanup.js';
import type { GossipParameters } from './profiles.js';

/** When a fleet notices that a member was killed, in seconds after that. */
export interface Detection {
  /** Some member suspects it: its ping and all indirect ones were not answered. Mean. */
  suspectS: number;
  /** Some member counts it as failed. Mean. */
  failedS: number;
  /** All others count it as failed. Mean, and median. */
  knownS: number;
  knownMedianS: number;
  /** All others count it as failed, in the worst case without loss of packets: no chance is involved. */
  boundS: number;
}

/**
 * SWIM (Das, Gupta, Motivala 2002): the first ping that hits the dead member comes after about one ping interval, whatever the
 * number of members, because each member adds both a pinger and somebody to ping (section 3.1). As memberlist pings in rounds in
 * which each comes once, the time is bounded by 2 (n - 1) - 1 intervals for each pinger (section 4.3). Then: one interval until
 * the ping counts as failed, the time as a suspect, and the gossip. With Lifeguard, the time as a suspect is the least one only
 * after enough confirmations, each of which is another member's failed ping.
 * @param members at least 2
 */
export function detection(parameters: GossipParameters, members: number): Detection {
  const pingers = members - 1;
  const everyS = parameters.pingEveryMs / 1000;
  const { leastMs, mostMs, confirmations } = suspicionTime(parameters, members);
  const waits = pingWaits(pingers, confirmations, everyS);
  const confirmedS = Math.max(leastMs / 1000, waits.confirmingS);
  const spreadS = gossipS(parameters, members);
  const suspectS = waits.meanS + everyS;
  return {
    suspectS,
    failedS: suspectS + confirmedS,
    knownS: suspectS + confirmedS + spreadS,
    knownMedianS: waits.medianS + everyS + confirmedS + spreadS,
    boundS: 2 * pingers * everyS + mostMs / 1000 + spreadS,
  };
}

/**
 * How many gossip intervals until all members have a piece of news, by the mean number of those that do not have it yet: each
 * round, each that has it tells some others at random.
 */
export function gossipRounds(parameters: Pick<GossipParameters, 'gossipNodes'>, members: number): number {
  const others = members - 1;
  let without = others;
  let rounds = 0;
  while (without >= 0.5) {
    const told = Math.min(1, parameters.gossipNodes / others);
    without *= told === 1 ? 0 : (1 - told) ** (members - without);
    rounds += 1;
  }
  return rounds;
}

/** The first round starts after half an interval in the mean. */
const gossipS = (parameters: GossipParameters, members: number) =>
  members < 3 ? 0 : ((gossipRounds(parameters, members) - 0.5) * parameters.gossipEveryMs) / 1000;

/**
 * How long until a dead member is pinged: by the first (mean and median), and from there until `confirmations` more have pinged
 * it too (mean). All pingers are independent, each with the same distribution.
 */
function pingWaits(
  pingers: number,
  confirmations: number,
  everyS: number,
): { meanS: number; medianS: number; confirmingS: number } {
  const stepS = everyS / 50;
  let [meanS, medianS, laterS] = [0, 0, 0];
  for (let atS = stepS / 2; ; atS += stepS) {
    const notYet = notPinged(atS / everyS, pingers);
    const none = notYet ** pingers;
    const few = fewerThan(confirmations + 1, pingers, 1 - notYet);
    meanS += none * stepS;
    laterS += few * stepS;
    if (none >= 0.5) medianS = atS;
    if (few < 1e-6) break;
  }
  return { meanS, medianS, confirmingS: laterS - meanS };
}

/** Probability that one pinger has not pinged a given member after some intervals, counted from a random moment. */
function notPinged(intervals: number, targets: number): number {
  const whole = Math.floor(intervals);
  const part = intervals - whole;
  return (1 - part) * missed(whole, targets) + part * missed(whole + 1, targets);
}

/** Probability that a member is not among the next pings of a pinger that goes through `targets` members in rounds. */
function missed(pings: number, targets: number): number {
  let sum = 0;
  for (let done = 0; done < targets; done += 1) {
    const rest = targets - done; // pings left in this round
    if (pings <= rest) sum += 1 - pings / targets;
    else sum += (done / targets) * Math.max(0, 1 - (pings - rest) / targets);
  }
  return sum / targets;
}

/** Probability that fewer than `wanted` of `count` independent events happened. */
function fewerThan(wanted: number, count: number, probability: number): number {
  let [term, sum] = [(1 - probability) ** count, 0];
  if (probability >= 1) return wanted > count ? 1 : 0;
  for (let happened = 0; happened < wanted; happened += 1) {
    sum += term;
    term *= ((count - happened) / (happened + 1)) * (probability / (1 - probability));
  }
  return sum;
}
