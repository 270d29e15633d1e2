import { CollabError, ExitCode } from '../../errors.js';

/** A file that a role left on its device and that is not here as it is there. */
export interface MissingFile {
  /** Relative to the role's folder. */
  path: string;
  /** On the device. */
  sizeBytes: number;
  /** Of its copy here; null if there is none. */
  hereBytes: number | null;
  /** False for a path that leads out of the role's folder. */
  isInside: boolean;
  /** Another name of the device is the same file here. */
  isShared: boolean;
}

const namedAtMost = 5;

/** The same for names that some disks (APFS, NTFS) do not tell apart. */
export const oneName = (path: string): string => path.normalize('NFC').toLowerCase();

/** Files of a role are not here whole, although the device answers: their names, sizes, and the reason of each. */
export function notWhole(missing: readonly MissingFile[]): CollabError {
  const named = missing
    .slice(0, namedAtMost)
    .map((file) => `${JSON.stringify(file.path)} (${file.sizeBytes} bytes; ${reasonOf(file)})`);
  const more = missing.length > namedAtMost ? ` and ${missing.length - namedAtMost} more` : '';
  return new CollabError('not-whole', {
    what: `Not here whole: ${named.join(', ')}${more}.`,
    next: 'Let the role end what writes the files before it ends, and give them names in UTF-8 that differ in more than case.',
    exitCode: ExitCode.experimentFailed,
  });
}

function reasonOf({ path, hereBytes, isInside, isShared }: MissingFile): string {
  if (!isInside) return "its name leads out of the role's folder";
  // What is not UTF-8 in a name was replaced when it was listed, so the device does not know the name.
  if (path.includes('\ufffd') && hereBytes === null) return 'its name is not UTF-8';
  if (isShared)
    return 'another name differs from it only in case, which the disk of this machine does not tell apart';
  return hereBytes === null ? 'it could not be read' : `here it has ${hereBytes} bytes`;
}
