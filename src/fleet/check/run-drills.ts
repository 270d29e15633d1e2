import { CollabError } from '../../errors.js';
import type { Emit } from '../../events.js';
import type { FleetEvent } from '../events.js';
import {
  type Drill,
  type DrillBed,
  type DrillName,
  type Findings,
  type Measurement,
  NotChecked,
} from './drill.js';
import { untilWhole } from './findings.js';

export type DrillState = 'passed' | 'failed' | 'not-checked';

/** What came of a drill. */
export interface DrillResult {
  drill: DrillName;
  state: DrillState;
  expected: string;
  /** Of a drill that failed: what was not as expected. Of one that was not done: why. */
  why: readonly string[];
  measured: readonly Measurement[];
  tookS: number;
}

/** How long a fleet may take to be whole before a drill: the one before has waited for that already. */
const readyWithinS = 10;

/**
 * Does drills one after the other. After each the fleet is as before, also when it failed or the user interrupts.
 * @param onResult gets each result at once, so that those before an interruption are not lost
 * @throws the reason of the signal that aborted, after everything was put back
 */
export async function runDrills(
  names: readonly DrillName[],
  drills: Readonly<Record<DrillName, Drill>>,
  bed: DrillBed,
  { emit, onResult }: { emit: Emit<FleetEvent>; onResult: (result: DrillResult) => void },
): Promise<void> {
  for (const [at, name] of names.entries()) {
    bed.signal.throwIfAborted();
    const drill = drills[name];
    emit({ kind: 'fleet.drill', drill: name, number: at + 1, of: names.length, does: drill.does });
    const fromMs = bed.nowMs();
    let left: string[] = [];
    const findings = await oneDrill(name, drill, bed).finally(async () => (left = await bed.putBack.run()));
    if (bed.signal.aborted) {
      for (const fault of left) emit({ kind: 'fleet.not-put-back', fault });
      bed.signal.throwIfAborted();
    }
    const state: DrillState =
      findings instanceof NotChecked
        ? 'not-checked'
        : findings.faults.length + left.length > 0
          ? 'failed'
          : 'passed';
    const faults = findings instanceof NotChecked ? [findings.message] : findings.faults;
    const tookS = Math.round((bed.nowMs() - fromMs) / 100) / 10;
    const result: DrillResult = {
      drill: name,
      state: left.length > 0 ? 'failed' : state,
      expected: drill.expected(bed),
      why: [...faults, ...left],
      measured: findings instanceof NotChecked ? [] : findings.measured,
      tookS,
    };
    emit({ kind: 'fleet.drilled', drill: name, state: result.state, why: [...result.why], seconds: tookS });
    onResult(result);
  }
}

async function oneDrill(name: DrillName, drill: Drill, bed: DrillBed): Promise<Findings | NotChecked> {
  if (bed.members.length < drill.leastMembers) {
    return new NotChecked(
      `It needs ${drill.leastMembers} members that can be worked on, and there ${bed.members.length === 1 ? 'is one' : `are ${bed.members.length}`}.`,
    );
  }
  try {
    // That is what the first drill looks at.
    if (name !== 'view') {
      const whole = await untilWhole(bed, bed.nowMs(), readyWithinS);
      const without = bed.members.filter((one) => !whole.has(one.name)).map((one) => one.name);
      if (without.length > 0) {
        const fault = `It was not tried, because the fleet was not whole before: ${without.join(', ')} did not see all others alive.`;
        return { faults: [fault], measured: [] };
      }
    }
    return await drill.run(bed);
  } catch (error) {
    if (error instanceof NotChecked) return error;
    if (bed.signal.aborted) return { faults: [], measured: [] };
    if (!(error instanceof CollabError)) throw error;
    return { faults: [[error.what, error.why].filter(Boolean).join(' ')], measured: [] };
  }
}
