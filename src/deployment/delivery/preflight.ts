import { CollabError, ExitCode } from '../../errors.js';
import type { DeliveryPlan } from './plan.js';
import type { DeliveryTarget } from './target.js';

/** Looks whether what will arrive has room on the device's disk. @throws CollabError device-full */
export async function preflight(plan: DeliveryPlan, target: DeliveryTarget): Promise<void> {
  const { folder } = await target.engine.imageStore();
  const free = await target.freeBytes(folder);
  if (free === null || free >= plan.neededBytes) return;
  const prune =
    plan.device === 'this machine' ? 'docker image prune' : `collab images prune --only ${plan.device}`;
  throw new CollabError('device-full', {
    what: `${plan.device} has no room for the images that it is to get.`,
    why: `${megabytes(free)} are free at ${folder}; what is sent needs ${megabytes(plan.neededBytes)} while it arrives (${megabytes(plan.missingBytes)} to stay).`,
    next: `Free space there, then run again: ${prune}`,
    exitCode: ExitCode.deviceUnreachable,
  });
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
