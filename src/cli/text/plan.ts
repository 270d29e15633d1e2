import { formatBytes, type RunPlan } from '../../index.js';
import { sweepText } from './sweep.js';
import { table } from './table.js';

/** A plan shows no more trials than these. */
const mostShown = 40;

/** What a run would do. */
export function planText(plan: RunPlan, width = 80): string {
  const placement = table(
    ['ROLE', 'DEVICE'],
    plan.placement.map(({ role, rank, device, pinned, gpu, devices, network, restart }) => [
      `${role}-${rank}`,
      [
        `${device}${pinned ? ' (pinned)' : ''}`,
        ...(gpu === undefined ? [] : [`with its GPU: ${gpu}`]),
        ...(devices === undefined ? [] : [`with its ${devices.join(', ')}`]),
        ...(network === undefined ? [] : ['in its network']),
        ...(restart === undefined ? [] : ['one process for all trials']),
      ].join(', '),
    ]),
  );
  const names = Object.keys(plan.trials[0]?.parameters ?? {});
  const trials = table(
    ['TRIAL', ...names.map((name) => name.toUpperCase()), 'REPEAT'],
    plan.trials
      .slice(0, mostShown)
      .map((trial) => [
        trial.number,
        ...names.map((name) => String(trial.parameters[name])),
        trial.warmup ? 'warm-up' : String(trial.repeat + 1),
      ]),
  );
  const more = plan.trials.length - mostShown;
  const images = plan.deliveries.flatMap(({ device, images: list }) =>
    list.map(({ ref, present, missing }): [string, string, string] => [
      device,
      ref,
      present ? 'present' : `will be sent: ${missing.length === 0 ? 'its tag' : missing.join(', ')}`,
    ]),
  );
  const parts = [
    `${plan.experiment}: ${plan.trials.length} trials, ${plan.runtime} runtime`,
    sweepText(plan.sweep, width),
    placement,
    more > 0 ? `${trials}\n... and ${more} more` : trials,
  ];
  const builds = plan.builds.map(({ builder, layer, ref }) => [builder, layer, ref]);
  if (builds.length > 0) parts.push(table(['BUILT ON', 'LAYER', 'IMAGE'], builds));
  if (images.length > 0) parts.push(table(['DEVICE', 'IMAGE', ''], images));
  const data = plan.data.map(({ role, device, name, sizeBytes, source, present }) => {
    const where = source === 'device' ? 'on the device' : present ? 'present' : 'will be sent';
    return [role, device, name, formatBytes(sizeBytes), where];
  });
  if (data.length > 0) parts.push(table(['ROLE', 'DEVICE', 'DATA', 'SIZE', ''], data));
  const leftOut = plan.dependenciesLeftOut.map(
    ({ role, dependencies }) =>
      `--local installs nothing; ${role} needs ${dependencies.join(', ')} on this machine`,
  );
  const notes = [...leftOut, ...plan.notes];
  if (notes.length > 0) parts.push(notes.map((note) => `note: ${note}`).join('\n'));
  return parts.join('\n\n');
}
