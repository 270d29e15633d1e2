import { hostname, userInfo } from 'node:os';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import type { OwnedFleet } from '../credentials/index.js';
import type { FleetContext, FleetRecord } from '../install/index.js';
import { drills } from './drills.js';
import { type DrillName, drillNames } from './drill.js';
import { hostFacts } from './host-facts.js';
import { type BedOptions, openBed } from './open-bed.js';
import { type CheckReport, reportOf } from './report.js';
import { type DrillResult, runDrills } from './run-drills.js';

export interface CheckOptions extends BedOptions {
  drills: readonly DrillName[];
  /** Gets each result when it is there. */
  onResult?: (result: DrillResult) => void;
}

export interface FleetCheck {
  results: readonly DrillResult[];
  report: CheckReport;
  /** Members that were left out, and why. */
  failures: readonly { name: string; error: CollabError }[];
  /** What ended the check before its end; null if nothing did. */
  ended: Error | null;
}

/** Drills a fleet, and puts it back as it was. Results before an interruption are kept. */
export async function checkFleet(
  record: FleetRecord,
  credentials: OwnedFleet,
  options: CheckOptions,
  context: FleetContext,
): Promise<FleetCheck> {
  const facts = await hostFacts(record, context.workspace);
  const results: DrillResult[] = [];
  const onResult = (result: DrillResult) => {
    results.push(result);
    options.onResult?.(result);
  };
  await using open = await openBed(record, credentials, options, context);
  let ended: Error | null = null;
  try {
    await runDrills(options.drills, drills, open.bed, { emit: context.emit, onResult });
  } catch (error) {
    ended = error instanceof Error ? error : new Error(messageOf(error));
  }
  const people = (await credentials.access()).users.map(({ name }) => name);
  const report = reportOf({
    record,
    facts,
    results,
    complete: ended === null,
    time: context.clock.now(),
    names: [
      ...people,
      userInfo().username,
      hostname(),
      record.name,
      ...(record.lan === null ? [] : [record.lan]),
    ],
  });
  const failures = open.failures.map(({ member, error }) => ({ name: member.name, error }));
  return { results, report, failures, ended };
}

/** What drills do, for the user beforehand. */
export const drillTexts = (names: readonly DrillName[]): readonly { name: DrillName; does: string }[] =>
  names.map((name) => ({ name, does: drills[name].does }));

/** The drills that the user names; without names all. @throws CollabError `check-drills` */
export function chosenDrills(names: readonly string[] | undefined): readonly DrillName[] {
  if (names === undefined) return drillNames;
  const unknown = names.filter((name) => !drillNames.some((known) => known === name));
  if (unknown.length === 0) return drillNames.filter((known) => names.includes(known));
  throw new CollabError('check-drills', {
    what: `There is no drill ${unknown.map((name) => `"${name}"`).join(', ')}.`,
    why: `The drills are ${drillNames.join(', ')}.`,
    next: 'Name some of them: collab fleet check --drill kill,pause',
    exitCode: ExitCode.usage,
  });
}
