import { fleetFiles } from './fleet-files.js';

/** A part of a backup: some of the files below the fleet's folder. In the archive, they are below the part's name. */
export interface BackupPart {
  /** Lower-case letters. */
  name: string;
  has(path: string): boolean;
}

const ownNames = new Set<string>(Object.values(fleetFiles));

/** All parts. A file belongs to the first part that has it, so the one with everything else is last. */
export const backupParts: readonly BackupPart[] = [
  { name: 'credentials', has: (path) => ownNames.has(path.split('/')[0] ?? '') },
  { name: 'configuration', has: () => true },
];

export function partOf(path: string): string {
  const part = backupParts.find((one) => one.has(path));
  if (part === undefined) throw new RangeError(`${path} belongs to no part of a backup`);
  return part.name;
}
