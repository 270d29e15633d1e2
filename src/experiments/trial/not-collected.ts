import { dirname } from 'node:path';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import type { RoleWatch } from './role-watch.js';

/** Faults of this machine, not of a device (errno(3)). */
const ownFaults = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'EFBIG', 'EMFILE'];
/** A name that the disk of this machine cannot have, or not beside another one: a fault of the role. */
const nameFaults = ['EILSEQ', 'EINVAL', 'ENAMETOOLONG', 'EISDIR', 'ENOTDIR', 'EEXIST'];

/**
 * The logs of a role are not here whole. They stay on their device: says where, and how to get them.
 * @param copy the command that copies a folder of the role's device into a folder here
 */
export function notCollected(
  watch: RoleWatch,
  error: unknown,
  copy: (device: string, folder: string, into: string) => string,
): CollabError {
  const { name, device, folder, running } = watch;
  return new CollabError('not-collected', {
    what: `The logs of ${name} could not be collected completely from ${device}.`,
    why: whyOf(error),
    next: `They are kept on ${device} in ${running.folder}. Fix the cause, copy them with: ${copy(device, running.folder, dirname(folder))} and then remove them there.`,
    exitCode: codeOf(error),
    cause: error,
  });
}

/** The logs of a role are here, but its remains could not be removed. */
export function notRemoved({ name, device, running }: RoleWatch, error: unknown): CollabError {
  return new CollabError('not-removed', {
    what: `${name} left files or a container on ${device} that could not be removed.`,
    why: whyOf(error),
    next: `All its logs are here. Remove ${running.folder} on ${device}, and its container, if any (docker ps -a --filter label=collab.run).`,
    exitCode: codeOf(error),
    cause: error,
  });
}

function whyOf(error: unknown): string {
  if (!(error instanceof CollabError)) return messageOf(error);
  return [error.what, error.why].filter(Boolean).join('\n');
}

function codeOf(error: unknown): ExitCode {
  if (error instanceof CollabError) return error.exitCode;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && nameFaults.includes(code)) return ExitCode.experimentFailed;
  return code !== undefined && ownFaults.includes(code) ? ExitCode.internal : ExitCode.deviceUnreachable;
}
