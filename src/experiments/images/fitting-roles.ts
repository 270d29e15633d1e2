import { lanRuntime } from '../../deployment/index.js';
import type { DeviceFacts } from '../../network/index.js';
import type { RoleDefinition } from '../definition/index.js';
import { place } from '../plan/index.js';
import type { Bases } from './bases.js';

/** Every role with every device that could play it. */
export function rolesThatFit(
  roles: readonly RoleDefinition[],
  devices: readonly { name: string; tags: readonly string[]; facts: DeviceFacts }[],
  bases: Pick<Bases, 'misfit'>,
): { role: string; device: string }[] {
  return devices.flatMap((device) => {
    const placeable = { ...device, unavailable: null };
    const fits = (role: RoleDefinition) =>
      place([role], [placeable], { runtime: lanRuntime.name, baseMisfit: bases.misfit }).placed;
    return roles.filter(fits).map((role) => ({ role: role.name, device: device.name }));
  });
}
