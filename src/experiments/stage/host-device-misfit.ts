import {
  type HostDevices,
  judgeHostDevice,
  lookAtHostDevices,
  type RuntimeName,
  runtimes,
} from '../../deployment/index.js';
import { messageOf } from '../../errors.js';
import type { ConnectedDevice } from '../../network/index.js';
import type { RoleDefinition } from '../definition/index.js';
import type { PlaceOptions } from '../plan/index.js';

/**
 * Looks on connected devices for the device files that the roles ask for. It is done for each run, because a camera comes
 * and goes.
 * @returns why a device has not what a role asks for; null if it has, or was not looked at
 */
export async function hostDeviceMisfit(
  roles: readonly RoleDefinition[],
  connected: readonly ConnectedDevice[],
  runtime: RuntimeName,
): Promise<NonNullable<PlaceOptions['hostDeviceMisfit']>> {
  const paths = [...new Set(roles.flatMap(({ devices }) => devices))];
  const looked = new Map<string, { has: HostDevices; uid: number } | { reason: string }>();
  const asked = paths.length === 0 ? [] : connected;
  await Promise.all(
    asked.map(async ({ device: { name, facts }, shell }) => {
      try {
        looked.set(name, { has: await lookAtHostDevices(shell, paths), uid: facts.user.uid });
      } catch (error) {
        looked.set(name, { reason: `could not be asked for its device files: ${messageOf(error)}` });
      }
    }),
  );
  const login = runtimes[runtime].shares.files;
  return (role, device) => {
    const there = looked.get(device);
    if (there === undefined || role.devices.length === 0) return null;
    if ('reason' in there) return there.reason;
    const as = login ? { login } : { login, uid: there.uid };
    const reasons = role.devices.flatMap((path) => judgeHostDevice(path, there.has, as) ?? []);
    return reasons.length === 0 ? null : reasons.join('; ');
  };
}
