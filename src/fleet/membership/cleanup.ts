/**
 * How long a member stays suspect before it counts as failed. memberlist has no setting for that time: it derives it from the
 * ping interval, a multiplier and the number of members.
 */

export interface SuspicionTime {
  /** With enough confirmations, or if none are waited for. */
  leastMs: number;
  /** Without any confirmation. */
  mostMs: number;
  /** How many other members must find the suspect silent too, before the least time holds. */
  confirmations: number;
}

/**
 * What memberlist 0.5.0 does with n members (suspicionTimeout in util.go, suspectNode in state.go, newSuspicion in suspicion.go):
 * least = mult x max(1, log10 n) x ping interval. It waits for mult - 2 confirmations, or for none if there are not so many
 * other members. Most = max mult x least. In between, each confirmation shortens the time, by the logarithm of their number
 * (Lifeguard, section IV-B): so a member that is itself slow, and finds all others silent, does not have them all fail.
 */
export function suspicionTime(
  parameters: { pingEveryMs: number; suspicionMult: number; suspicionMaxMult: number },
  members: number,
): SuspicionTime {
  const scale = Math.floor(nodeScale(members) * 1000) / 1000;
  const leastMs = parameters.suspicionMult * scale * parameters.pingEveryMs;
  const wanted = parameters.suspicionMult - 2;
  const confirmations = wanted < 1 || members - 2 < wanted ? 0 : wanted;
  return {
    leastMs,
    mostMs: confirmations === 0 ? leastMs : parameters.suspicionMaxMult * leastMs,
    confirmations,
  };
}

/** Below this, a suspect has no time to hear of the suspicion and to refute it. */
export const leastSuspicionMult = 2;

/** A wanted time as memberlist's multiplier, and what really results. */
export interface CleanupPlan extends SuspicionTime {
  suspicionMult: number;
  /** Whether the least time is the wanted one. The multiplier is a whole number, so that it often is only near. */
  isExact: boolean;
}

/** The multiplier whose least time is nearest to the wanted one, for a fleet of this size. It holds until the size changes much. */
export function planCleanup(
  wanted: { cleanupMs: number; pingEveryMs: number; suspicionMaxMult: number },
  members: number,
): CleanupPlan {
  const oneMs = suspicionTime({ ...wanted, suspicionMult: 1 }, members).leastMs;
  const suspicionMult = Math.max(leastSuspicionMult, Math.round(wanted.cleanupMs / oneMs));
  const time = suspicionTime({ ...wanted, suspicionMult }, members);
  return { ...time, suspicionMult, isExact: Math.abs(time.leastMs - wanted.cleanupMs) < 1 };
}

const nodeScale = (members: number) => Math.max(1, Math.log10(Math.max(1, members)));
