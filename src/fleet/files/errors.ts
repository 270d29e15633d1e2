import { CollabError, ExitCode } from '../../errors.js';

const shortest = (name: string): string =>
  JSON.stringify(name.length <= 80 ? name : `${name.slice(0, 77)}...`);

export function badName(name: string, why: string): CollabError {
  return new CollabError('store-bad-name', {
    what: `${shortest(name)} cannot be the name of a file in a store.`,
    why,
    next: 'Choose a relative name with "/" between folders, e.g. weights/resnet50.pt.',
    exitCode: ExitCode.usage,
  });
}

export function noFile(name: string, version: number | undefined, kept: readonly number[]): CollabError {
  const isThere = kept.length > 0;
  return new CollabError('store-no-file', {
    what:
      version === undefined || !isThere
        ? `There is no file ${shortest(name)} in the store.`
        : `Version ${version} of ${shortest(name)} is not in the store.`,
    why: isThere ? `It keeps ${versionsText(kept)}.` : undefined,
    next: isThere
      ? `See its versions with: collab store versions ${name}`
      : 'See all files with: collab store ls-all',
    exitCode: ExitCode.usage,
  });
}

function versionsText(kept: readonly number[]): string {
  return kept.length === 1
    ? `version ${kept.join()}`
    : `versions ${[...kept].sort((a, b) => a - b).join(', ')}`;
}

/** It was there when it was opened. */
export function removedMeanwhile(name: string, version: number): CollabError {
  return new CollabError('store-no-file', {
    what: `Version ${version} of ${shortest(name)} was removed while it was read.`,
    why: 'The file was deleted, or newer versions took its place.',
    next: `Read the newest version. See what there is with: collab store versions ${name}`,
    exitCode: ExitCode.usage,
  });
}

export function damaged(name: string, version: number | null, why: string): CollabError {
  return new CollabError('store-damaged', {
    what:
      version === null
        ? `The record of ${shortest(name)} is damaged.`
        : `Version ${version} of ${shortest(name)} is damaged.`,
    why,
    next: 'Other replicas may be whole; read everything, and repair it, with: collab store scrub',
    exitCode: ExitCode.internal,
  });
}

export function storeMissing(): CollabError {
  return new CollabError('store-missing', {
    what: 'This fleet has no file store.',
    why: 'Its keepers hold none. Reading and putting files never makes one.',
    next: 'Make it with: collab fleet up',
    exitCode: ExitCode.usage,
  });
}

export function storeFilling(): CollabError {
  return new CollabError('store-filling', {
    what: "The fleet's file store is being copied to its new keepers.",
    why: 'It can be used when all files are there.',
    next: 'Try again in some minutes. See how far it is with: collab fleet status. If the copying was cut off, go on with: collab fleet up',
    exitCode: ExitCode.deviceBusy,
  });
}

/** @param why which disks are full */
export function keeperFull(why: string): CollabError {
  return new CollabError('store-full', {
    what: "The fleet's store takes no files: the disk of a keeper is almost full.",
    why,
    next: 'Make space there, remove files with: collab store delete, or name other keepers with: collab fleet up --keepers <devices>',
    exitCode: ExitCode.deviceUnreachable,
  });
}

/** Others replace the same record all the time. */
export function tooManyWriters(name: string): CollabError {
  return new CollabError('store-busy', {
    what: `${shortest(name)} could not be changed.`,
    why: 'Others changed it again and again at the same time.',
    next: 'Try again.',
    exitCode: ExitCode.deviceBusy,
  });
}
