import type { InstanceEvidence, RunEvidence } from './evidence.js';
import { listed, short } from './sentence.js';
import type { Check, Finding } from './finding.js';

/** The two clocks of a device are not read at the same instant: smaller steps could be caused by that. */
const smallStepMs = 5;
/** With larger errors, spans of different devices are hardly comparable. */
const largeErrorMs = 10;
/** Tolerance of a crystal. */
const largeDriftPpm = 100;

function clocksMeasured({ run, instances }: RunEvidence): Finding[] {
  const spanning = new Set(instances.filter(({ spans }) => spans > 0).map(({ instance }) => instance.device));
  // Each trial of a job is on one device.
  if (run.lan === null || run.job !== undefined || spanning.size < 2) return [];
  const findings: Finding[] = [];
  for (const { name, clock } of run.devices) {
    if (!spanning.has(name)) continue;
    if (clock === null) {
      const text = `The clock of ${name} was not compared with the controller's: its spans cannot be aligned with those of other devices.`;
      findings.push({ check: 'clock measured', level: 'doubt', text });
    } else if (clock.error_ms > largeErrorMs) {
      const text = `The clock of ${name} is known only to +-${short(clock.error_ms)} ms: times between devices are no more accurate.`;
      findings.push({ check: 'clock measured', level: 'remark', text });
    }
  }
  return findings;
}

/**
 * If a clock was measured again during and after the run, its times are corrected and only fast drift is reported.
 * Otherwise a device's real-time clock is compared with its monotonic clock at every state of its roles: the difference
 * changes only if the clock is set, and then the measurement before the run is no longer valid.
 */
function clocksFollowed({ run, instances }: RunEvidence): Finding[] {
  return run.devices.flatMap(({ name, clock }): Finding[] => {
    const ties = clock?.measurements?.filter(({ monotonic_s: tie }) => typeof tie === 'number') ?? [];
    // Without a lasting span between the first and the last measurement, no drift is computed, nor would one matter.
    if (ties.length > 1) return fastDrift(name, clock?.drift_ppm ?? null, clock?.drift_error_ppm ?? null);
    return wasSet(
      name,
      instances.filter(({ instance }) => instance.device === name),
      run.lan === null,
    );
  });
}

function fastDrift(device: string, ppm: number | null, errorPpm: number | null): Finding[] {
  if (ppm === null || errorPpm === null || Math.abs(ppm) - errorPpm <= largeDriftPpm) return [];
  const text = `The clock of ${device} runs ${short(Math.abs(ppm))} +- ${short(errorPpm)} ppm too ${ppm > 0 ? 'fast' : 'slow'}, so its durations are off by as much. Its times were corrected with the measurements during the run.`;
  return [{ check: 'clock drift', level: 'remark', text }];
}

function wasSet(device: string, own: readonly InstanceEvidence[], alone: boolean): Finding[] {
  const moments = own.flatMap(({ instance }) =>
    instance.states.map(({ realtime_s: realtimeS, monotonic_s: monotonicS }) => ({
      differenceMs: (realtimeS - monotonicS) * 1000,
      trial: instance.trial.number,
    })),
  );
  const [first] = moments;
  if (first === undefined) {
    if (own.every(({ instance }) => instance.trial.state === 'pending')) return [];
    const text = `Could not check whether the clock of ${device} was changed during the run: there are no states of its roles.`;
    return [{ check: 'clock drift', level: alone ? 'remark' : 'doubt', text }];
  }
  const steps = moments.map(({ differenceMs, trial }) => ({
    stepMs: Math.abs(differenceMs - first.differenceMs),
    trial,
  }));
  const set = steps.filter(({ stepMs }) => stepMs > smallStepMs);
  if (set.length === 0) return [];
  const largestMs = set.reduce((largest, { stepMs }) => Math.max(largest, stepMs), 0);
  const trials = listed([...new Set(set.map(({ trial }) => String(trial)))], 8);
  const text = `The clock of ${device} was changed by up to ${short(largestMs)} ms during the run (seen in trial ${trials}): its times cannot be compared with those of other devices. Durations are correct.`;
  return [{ check: 'clock drift', level: alone ? 'remark' : 'doubt', text }];
}

/** Checks whether times of different devices are comparable. */
export const clockChecks: readonly Check[] = [clocksMeasured, clocksFollowed];
