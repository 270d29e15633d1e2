import type { FleetMember } from './record.js';
import type { MemberSetup, SeenMember } from './site.js';

/** What has to be done for a member. */
export type MemberAct = 'start' | 'replace' | 'change' | 'keep';

export interface PlannedMember {
  member: FleetMember;
  act: MemberAct;
  why: string;
  /** What the member says when it runs as it should. */
  mark: string;
}

/**
 * What `fleet up` does for one member, from what it should have and what it has.
 * @param programs what members are started from now
 */
export function planMember(setup: MemberSetup, seen: SeenMember, programs: string): PlannedMember {
  const { member, mark } = setup;
  const planned = (act: MemberAct, why: string): PlannedMember => ({ member, act, why, mark });
  if (seen.state === 'none') return planned('start', 'it is not there yet');
  if (seen.programs !== programs) return planned('replace', 'its programs are of another version');
  if (seen.isOfOtherForm) return planned('replace', 'its container was made with other settings');
  if (seen.state === 'stopped') return planned('start', 'it does not run');
  if (seen.hash !== setup.hash) return planned('change', 'its settings or credentials differ');
  return planned('keep', 'nothing differs');
}

/**
 * The order of the acts, as steps: all members of a step at once. Members that run are changed a few at a time, and keepers
 * one after the other, so that a majority of them always answers. Members that do not run yet disturb nobody.
 */
export function planSteps(
  planned: readonly PlannedMember[],
  keepers: readonly string[],
  atOnce = 4,
): PlannedMember[][] {
  const starts = planned.filter(({ act }) => act === 'start');
  const changes = planned.filter(({ act }) => act === 'change' || act === 'replace');
  const isKeeper = ({ member }: PlannedMember) => keepers.includes(member.id);
  const others = changes.filter((one) => !isKeeper(one));
  const groups: PlannedMember[][] = [];
  for (let at = 0; at < others.length; at += atOnce) groups.push(others.slice(at, at + atOnce));
  return [starts, ...groups, ...changes.filter(isKeeper).map((one) => [one])].filter(
    (step) => step.length > 0,
  );
}
