import { formatBytes, type RunPlan } from '../../index.js';
import { table } from './table.js';

/** What a run would do. */
export function planText(plan: RunPlan): string {
  const placement = table(
    ['ROLE', 'DEVICE'],
    plan.placement.map(({ role, rank, device, pinned, gpu }) => [
      `${role}-${rank}`,
      `${device}${pinned ? ' (pinned)' : ''}${gpu === undefined ? '' : `, with its GPU: ${gpu}`}`,
    ]),
  );
  const names = Object.keys(plan.trials[0]?.parameters ?? {});
  const trials = table(
    ['TRIAL', ...names.map((name) => name.toUpperCase()), 'REPEAT'],
    plan.trials.map((trial) => [
      trial.number,
      ...names.map((name) => String(trial.parameters[name])),
      trial.warmup ? 'warm-up' : String(trial.repeat + 1),
    ]),
  );
  const images = plan.deliveries.flatMap(({ device, images: list }) =>
    list.map(({ ref, present, lacks }): [string, string, string] => [
      device,
      ref,
      present ? 'present' : `will be sent: ${lacks.join(', ')}`,
    ]),
  );
  const parts = [
    `${plan.experiment}: ${plan.trials.length} trials, ${plan.runtime} runtime`,
    placement,
    trials,
  ];
  if (images.length > 0) parts.push(table(['DEVICE', 'IMAGE', ''], images));
  const data = plan.data.map(({ role, device, name, sizeBytes, source, present }) => {
    const where = source === 'device' ? 'on the device' : present ? 'present' : 'will be sent';
    return [role, device, name, formatBytes(sizeBytes), where];
  });
  if (data.length > 0) parts.push(table(['ROLE', 'DEVICE', 'DATA', 'SIZE', ''], data));
  if (plan.notes.length > 0) parts.push(plan.notes.map((note) => `note: ${note}`).join('\n'));
  return parts.join('\n\n');
}
