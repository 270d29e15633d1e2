import type { MemberEntry } from './topics.js';

/** A suspicion that is refuted within this time is not shown: it would flicker, and says nothing of the device. */
export const steadyMs = 3000;

/**
 * The members to show: as they are, but a member that is suspect only for a moment still counts as alive, since when it was.
 * The states `failed` and `left` are shown at once: the fleet has waited already before it said so.
 */
export function steadyMembers(
  shown: Readonly<Record<string, MemberEntry>>,
  seen: readonly MemberEntry[],
  nowMs: number,
): readonly MemberEntry[] {
  return seen.map((member) => {
    const before = shown[member.id];
    const brief = member.state === 'suspect' && nowMs - (member.sinceMs ?? nowMs) < steadyMs;
    if (brief && before?.state === 'alive') return { ...member, state: 'alive', sinceMs: before.sinceMs };
    // The age of a state is read with a clock of the member: what did not change keeps its time.
    const same =
      before?.state === member.state && Math.abs((before.sinceMs ?? 0) - (member.sinceMs ?? 0)) < steadyMs;
    return same ? { ...member, sinceMs: before.sinceMs } : member;
  });
}
