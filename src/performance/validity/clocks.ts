import type { RunEvidence } from './evidence.js';
import { listed, short } from './sentence.js';
import type { Check, Finding } from './validity.js';

/** Two readings of one device's clocks are not taken at one instant: smaller steps are not told from that. */
const smallStepMs = 5;
/** With larger errors, spans of different devices hardly lie on one axis. */
const largeErrorMs = 10;

function clocksMeasured({ run, instances }: RunEvidence): Finding[] {
  const spanning = new Set(instances.filter(({ spans }) => spans > 0).map(({ instance }) => instance.device));
  if (run.lan === null || spanning.size < 2) return [];
  const findings: Finding[] = [];
  for (const { name, clock } of run.devices) {
    if (!spanning.has(name)) continue;
    if (clock === null) {
      const text = `The clock of ${name} was not measured against the controller's: its spans lie on the axis of the others by chance.`;
      findings.push({ check: 'clock measured', level: 'doubt', text });
    } else if (clock.error_ms > largeErrorMs) {
      const text = `The clock of ${name} is known to +-${short(clock.error_ms)} ms only: times from one device to another are no better.`;
      findings.push({ check: 'clock measured', level: 'remark', text });
    }
  }
  return findings;
}

/**
 * A device's real-time clock is compared with its monotonic clock at every state of its roles: the difference changes only
 * when somebody sets the clock, and then what was measured before the run holds no longer.
 */
function clocksNotSet({ run, instances }: RunEvidence): Finding[] {
  const seen = new Map<string, { differenceMs: number; trial: number }[]>();
  for (const { instance } of instances) {
    const own = seen.get(instance.device) ?? [];
    seen.set(instance.device, own);
    for (const { realtime_s: realtimeS, monotonic_s: monotonicS } of instance.states)
      own.push({ differenceMs: (realtimeS - monotonicS) * 1000, trial: instance.trial.number });
  }
  const findings: Finding[] = [];
  for (const [device, moments] of seen) {
    const first = moments[0];
    if (first === undefined) continue;
    const set = moments.filter(
      ({ differenceMs }) => Math.abs(differenceMs - first.differenceMs) > smallStepMs,
    );
    const largestMs = Math.max(
      0,
      ...set.map(({ differenceMs }) => Math.abs(differenceMs - first.differenceMs)),
    );
    if (set.length === 0) continue;
    const trials = listed([...new Set(set.map(({ trial }) => String(trial)))], 8);
    findings.push({
      check: 'clock drift',
      level: run.lan === null ? 'remark' : 'doubt',
      text: `The clock of ${device} was set by up to ${short(largestMs)} ms while the run went on (seen in trial ${trials}): its times do not lie beside those of other devices. Durations hold.`,
    });
  }
  return findings;
}

/** Whether times of several devices lie on one axis. */
export const clockChecks: readonly Check[] = [clocksMeasured, clocksNotSet];
