import { privateSpace, sharedSpace } from '../broker/index.js';
import { badName } from './errors.js';

const maxNameBytes = 1024;
/** Below this folder, each user has files that nobody else sees. */
const privateFolder = 'private';
const control = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;

/** @throws CollabError `store-bad-name` */
export function checkName(name: string): void {
  const why = faultOf(name);
  if (why !== null) throw badName(name, why);
}

function faultOf(name: string): string | null {
  const bytes = Buffer.byteLength(name);
  if (name === '') return 'It is empty.';
  if (bytes > maxNameBytes) return `It is ${bytes} bytes long, and ${maxNameBytes} are allowed.`;
  if (Buffer.from(name).toString() !== name) return 'It is no valid Unicode.';
  if (control.test(name)) return 'It has control characters.';
  if (name.startsWith('/')) return 'It begins with "/".';
  const segments = name.split('/');
  if (segments.includes('')) return 'It has an empty part between two "/", or ends with "/".';
  if (segments.includes('.') || segments.includes('..')) return 'It has a part "." or "..".';
  if (name === privateFolder) return `${privateFolder} is the folder of a user's own files.`;
  return null;
}

/**
 * Where a file of this name lies.
 * @param user who asks; null for a device, which has no files of its own
 * @throws CollabError `store-bad-name`
 */
export function spaceOf(name: string, user: string | null): string {
  if (!isPrivate(name)) return sharedSpace;
  if (user === null) throw badName(name, 'A device has no private files. Log in as a user.');
  return privateSpace(user);
}

/** Whether a file or folder is one of a user's own. */
export const isPrivate = (name: string): boolean =>
  name === privateFolder || name.startsWith(`${privateFolder}/`);

/** Checks the name of a folder that is listed: `` for all, `private` for all of one's own. */
export function checkFolder(folder: string): void {
  if (folder !== '' && folder !== privateFolder) checkName(folder);
}
