import { jobSpace, privateSpace, sharedSpace } from '../broker/index.js';
import { badName } from './errors.js';

const maxNameBytes = 1024;
/** Below this folder, each user has files that nobody else sees. */
const privateFolder = 'private';
/** Below this folder, each user has the files of the own jobs, which the devices of the fleet read and write too. */
const jobsFolder = 'jobs';
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
  if (name === jobsFolder) return `${jobsFolder} is the folder of the files of a user's jobs.`;
  return null;
}

/**
 * Where a file of this name lies.
 * @param who the user who asks, null for a device, which has no files of its own; and the user for whose job a device asks
 * @throws CollabError `store-bad-name`
 */
export function spaceOf(name: string, { user, jobsOf }: Owners): string {
  if (isBelow(privateFolder, name)) {
    if (user === null) throw badName(name, 'A device has no private files. Log in as a user.');
    return privateSpace(user);
  }
  if (!isBelow(jobsFolder, name)) return sharedSpace;
  if (jobsOf === null)
    throw badName(name, "A device has no jobs of its own. It sees a job's files while it runs it.");
  return jobSpace(jobsOf);
}

/** Whose files somebody sees; null for nobody's. */
export interface Owners {
  user: string | null;
  jobsOf: string | null;
}

/** The spaces in which a folder may have files. Those of jobs are many, and are in no list but their own. */
export function spacesOf(folder: string, { user, jobsOf }: Owners): string[] {
  const own = user === null ? [] : [privateSpace(user)];
  if (isBelow(privateFolder, folder)) return own;
  if (isBelow(jobsFolder, folder)) return jobsOf === null ? [] : [jobSpace(jobsOf)];
  return folder === '' ? [sharedSpace, ...own] : [sharedSpace];
}

const isBelow = (folder: string, name: string): boolean => name === folder || name.startsWith(`${folder}/`);

/** Whether a folder is all of a user's own files, or those of all jobs: then it cannot be a file. */
const isWhole = (folder: string): boolean => ['', privateFolder, jobsFolder].includes(folder);

/**
 * Checks the name of a folder that is listed: `` for all, `private` for all of one's own, `jobs` for those of one's jobs.
 * @returns whether a file may have the same name
 */
export function checkFolder(folder: string): boolean {
  if (isWhole(folder)) return false;
  checkName(folder);
  return true;
}
