import { formatBytes, type ListedBase } from '../../index.js';
import { table } from './table.js';

/** The base images, and for each device whether it fits or why not. */
export function basesText(bases: readonly ListedBase[]): string {
  return bases.map(baseText).join('\n\n');
}

function baseText({ name, description, sizeMb, builtFor, devices }: ListedBase): string {
  const sizes = Object.entries(sizeMb).map(([arch, mb]) => `${formatBytes(mb * 1e6)} on ${arch}`);
  const about = [
    `${name}: ${description ?? 'your own; it has no manifest, so collab assumes that it fits every device'}`,
    ...(sizes.length === 0 ? [] : [`  unpacked: ${sizes.join(', ')}`]),
    ...(description !== null && builtFor.length === 0
      ? ['  not built by the collab project: only linted, with its pinned versions checked']
      : []),
  ];
  const rows = devices.map(({ device, fits, why }) => [
    `  ${device}`,
    fits ? 'fits' : 'does not fit',
    why ?? '',
  ]);
  return [...about, ...(rows.length === 0 ? [] : [table(['  DEVICE', '', ''], rows)])].join('\n');
}
