import type { LeftLog, Remains, RemainsPlan, Standing } from './remains.js';

/**
 * Decides what of the remains of a run is removed.
 * @param missing logs of the device that are not here whole
 * @param uncollected the user wants folders removed although logs in them are not here
 */
export function planRemoval(
  remains: Remains,
  standing: Standing,
  { missing, uncollected }: { missing: readonly LeftLog[]; uncollected: boolean },
): RemainsPlan {
  const plan = { remains, uncollected: missing, removesFolder: false };
  if (standing.is === 'living') return { ...plan, kept: 'the run is under way' };
  if (standing.is === 'unchecked')
    return { ...plan, kept: `could not check whether the run is over: ${standing.why}` };
  return {
    ...plan,
    kept: null,
    removesFolder: remains.folder !== null && (missing.length === 0 || uncollected),
  };
}

/** Where a log of a run's folder on a device is in the run's folder here: below it, in words. */
export function placeHere(path: string): readonly string[] {
  const words = path.split('/');
  if (words[0] !== 'warm') return ['trials', ...words];
  const [, process = '', attempt = '', ...rest] = words;
  // A process that stays for the whole run has a folder for each attempt, and its own files beside them.
  const isAttempt = rest.length > 0 && /^\d+(?:\.\d+)?$/.test(attempt);
  return isAttempt ? ['trials', attempt, process, ...rest] : words;
}

/** Whether anything is removed: a folder of logs that are not here stays as it is. */
export function hasWork({ remains, kept, removesFolder }: RemainsPlan): boolean {
  const { containers, processes, lease } = remains;
  return kept === null && (removesFolder || containers.length > 0 || processes.length > 0 || lease !== null);
}
