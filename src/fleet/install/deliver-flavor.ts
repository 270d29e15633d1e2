import {
  controllerEngine,
  deliverBase,
  deviceTarget,
  type Flavor,
  LayerStore,
} from '../../deployment/index.js';
import type { OpenMember } from './connect-members.js';
import type { FleetContext, SiteFailure } from './open-site.js';

/**
 * Gets a base image onto the devices of some members, which it fits.
 * @returns the members that did not get it, and why
 */
export async function deliverFlavor(
  flavor: Flavor,
  members: readonly OpenMember[],
  { emit, signal }: Pick<FleetContext, 'emit' | 'signal'>,
): Promise<SiteFailure[]> {
  const failures: SiteFailure[] = [];
  if (members.length === 0) return failures;
  const targets = members.map(({ member, connected, engine }) => {
    const { name, facts } = connected.device;
    return { device: name, facts, target: deviceTarget(connected, engine), member };
  });
  await deliverBase(flavor, targets, {
    controller: await controllerEngine(),
    store: new LayerStore(),
    emit,
    signal,
    onFailure: (device, error) => {
      const failed = targets.find((one) => one.device === device);
      if (failed !== undefined) failures.push({ member: failed.member, error });
    },
  });
  return failures;
}
