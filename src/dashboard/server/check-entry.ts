import { type Checked, commandText, type DeviceCheck, type Hindrance } from '../../index.js';
import type { CheckEntry, FindingEntry } from '../live/index.js';

/** What a check found, as the page shows it. @param nowMs when it ended */
export function checkEntry({ check, isReached }: Checked, nowMs: number): CheckEntry {
  const { ready, hindrances, notes, remedies, engine, diskFreeBytes, clock, user } = check;
  return {
    checkedMs: nowMs,
    isReady: ready,
    hindrances: hindrances.map(finding),
    notes: notes.map(finding),
    remedies: remedies.map(({ what, commands, advice }) => ({
      what,
      commands: commands.map((command) => commandText(command, user === 'root')),
      advice,
    })),
    engine,
    diskFreeBytes,
    clock: clock === null ? null : { offsetMs: clock.offset_ms, errorMs: clock.error_ms },
    lease: leaseOf(check, isReached, nowMs),
  };
}

const finding = ({ step, what, why, next }: Hindrance): FindingEntry => ({ step, what, why, next });

/** A device that did not tell is not free. */
function leaseOf(
  { holder, hindrances }: DeviceCheck,
  isReached: boolean,
  nowMs: number,
): CheckEntry['lease'] {
  if (holder !== null) {
    const { who, host, run, reason, leftS, own } = holder;
    return { who, host, run, reason, untilMs: nowMs + leftS * 1000, isOwn: own };
  }
  const isTold = isReached && !hindrances.some(({ step }) => step === 'lease');
  return isTold ? 'free' : 'unknown';
}
