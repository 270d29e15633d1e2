import { posix } from 'node:path';

/**
 * Whether a link leads to somewhere inside the folder that holds it. `..` may only come first: after a folder that is a link
 * itself, it could lead anywhere.
 * @param link path of the link in the folder, e.g. `a/b`
 */
export function linkStaysInside(link: string, target: string): boolean {
  if (target === '' || posix.isAbsolute(target) || target.includes('\0')) return false;
  const steps = target.split('/').filter((step) => step !== '' && step !== '.');
  const down = steps.findIndex((step) => step !== '..');
  if (down !== -1 && steps.slice(down).includes('..')) return false;
  const ups = down === -1 ? steps.length : down;
  return ups <= link.split('/').length - 1;
}

/** Whether a path out of a store stays below the folder it is written to, on this machine. */
export function isSafePath(path: string): boolean {
  return path
    .split('/')
    .every((step) => step !== '' && step !== '.' && step !== '..' && !/[\x00-\x1f\x7f]/.test(step));
}
