import { measuredTrials } from '../summaries/index.js';
import type { InstanceEvidence, RunEvidence } from './evidence.js';
import type { Check, Finding } from './finding.js';
import { grouped } from './grouped.js';
import { listed, plural } from './sentence.js';

const doubt = (check: string, text: string): Finding => ({ check, level: 'doubt', text });

/** What a fleet does not do for a job, and a run does. */
function devicesOwn({ run }: RunEvidence): Finding[] {
  if (run.job === undefined) return [];
  const text =
    'This is a job: no device was leased for the whole of it, so tasks of other jobs may have run beside its own, and nothing was measured while the devices were idle. For numbers to publish, use collab run.';
  return [doubt('job', text)];
}

/** Tasks of the job that ran at the same time on one machine, by its own clock. */
function tasksApart({ run, instances }: RunEvidence): Finding[] {
  if (run.job === undefined) return [];
  const findings: Finding[] = [];
  for (const own of grouped(instances, machineOf).values()) {
    const together = overlapping(own);
    if (together.length === 0) continue;
    const devices = [...new Set(own.map(({ instance }) => instance.device))].sort();
    const text = `${plural(together.length, 'task')} of the job ran while another one ran on the same machine (${listed(devices)}), so they slowed each other down: trial ${listed(together.map(String), 8)}.`;
    findings.push(doubt('tasks apart', text));
  }
  return findings;
}

/** The boot of its kernel, whose monotonic clock all its devices have. */
const machineOf = ({ instance: { exit, device } }: InstanceEvidence): string =>
  exit?.device_load?.boot_id ?? `device ${device}`;

/** Numbers of the trials that had begun before another one ended, or went on after it began. */
function overlapping(instances: readonly InstanceEvidence[]): number[] {
  const spans = instances
    .flatMap(({ instance: { exit, trial } }) =>
      exit === null
        ? []
        : [{ trial: trial.number, fromS: exit.started_monotonic_s, untilS: exit.ended_monotonic_s }],
    )
    .sort((a, b) => a.fromS - b.fromS);
  const found = new Set<number>();
  let last: (typeof spans)[number] | null = null;
  for (const span of spans) {
    if (last !== null && span.fromS < last.untilS) found.add(last.trial).add(span.trial);
    if (last === null || span.untilS > last.untilS) last = span;
  }
  return [...found].sort((a, b) => a - b);
}

/** A run has a role on the same device in all trials; a job has not. */
function sameDevice({ run, instances }: RunEvidence): Finding[] {
  if (run.job === undefined) return [];
  const measured = new Set(measuredTrials(run).flatMap((group) => group.map(({ number }) => number)));
  const devices = new Set(
    instances.flatMap(({ instance: { trial, device } }) => (measured.has(trial.number) ? [device] : [])),
  );
  if (devices.size < 2) return [];
  const text = `The tasks ran on ${plural(devices.size, 'device')} (${listed([...devices].sort())}): a difference between two tasks may be one between their devices. The table roles has the device of each.`;
  return [doubt('same device', text)];
}

function clocksCompared({ run }: RunEvidence): Finding[] {
  if (run.job === undefined || run.lan === null) return [];
  const text =
    'The clocks of the devices were not compared: the fleet writes down when a task was given out by one clock, and when it ended by another. How long trials took, and how times of different devices lie to each other, is therefore not known. What a role measured on its own device, such as wall_s, is by one clock.';
  return [{ check: 'job clocks', level: 'remark', text }];
}

/** Checks of what a job cannot claim, and a run can. */
export const jobChecks: readonly Check[] = [devicesOwn, tasksApart, sameDevice, clocksCompared];
