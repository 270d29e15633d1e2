import { formatBytes, type RunPlan } from '../../index.js';
import { sweepText } from './sweep.js';
import { groupedTable, table } from './table.js';
import { outputWidth, widthOf } from './text-width.js';

/** A plan shows no more trials than these. */
const mostShown = 40;

/** The first trials; if they do not fit, parameters with one value stand above them. */
function trialsText(all: RunPlan['trials']): string {
  const names = Object.keys(all[0]?.parameters ?? {});
  const draw = (shown: readonly string[], width?: number) =>
    table(
      ['TRIAL', ...shown.map((name) => name.toUpperCase()), 'REPEAT'],
      all
        .slice(0, mostShown)
        .map((trial) => [
          trial.number,
          ...shown.map((name) => String(trial.parameters[name])),
          trial.warmup ? 'warm-up' : String(trial.repeat + 1),
        ]),
      width,
    );
  if (widthOf(draw(names, Infinity)) <= outputWidth()) return draw(names);
  const valuesOf = (name: string) => new Set(all.map(({ parameters }) => String(parameters[name])));
  const same = names.filter((name) => valuesOf(name).size === 1);
  const values = same.map((name) => `${name}=${[...valuesOf(name)].join('')}`);
  const others = draw(names.filter((name) => !same.includes(name)));
  return same.length === 0 ? others : `In all trials: ${values.join(' ')}\n${others}`;
}

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
  const trials = trialsText(plan.trials);
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
  if (builds.length > 0) parts.push(groupedTable(['BUILT ON', 'LAYER', 'IMAGE'], builds));
  if (images.length > 0) parts.push(groupedTable(['DEVICE', 'IMAGE', ''], images));
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
