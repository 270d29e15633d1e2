import { posix } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import type { ConnectedDevice } from '../../network/index.js';
import { type RolePlace, spotOf } from './runtime.js';

/** A copy of many gigabytes takes its time. */
const copyMs = 24 * 3600 * 1000;

/** The folder in which a role's command is started, below the folder of the run. */
export const workFolder = (shared: string, place: RolePlace) => `${shared}/work/${spotOf(place).join('-')}`;

/** Each role instance of each trial gets a fresh copy of the experiment's folder, on the device. */
export async function freshCopy({ device, shell }: ConnectedDevice, from: string, to: string): Promise<void> {
  await shell.makeFolder(posix.dirname(to));
  await shell.remove(to); // left by a controller that ended after it had prepared the role
  const copied = await shell.exec(['cp', '-R', from, to], { timeoutMs: copyMs });
  if (copied.code === 0) return;
  throw new CollabError('role-not-started', {
    what: `The experiment could not be copied on ${device.name}.`,
    why: copied.stderr.trim(),
    next: `Free space on ${device.name}, and run again.`,
    exitCode: ExitCode.deviceUnreachable,
  });
}
