import { CollabError } from '../../errors.js';
import { readFlavor } from '../../deployment/index.js';
import type { Workspace } from '../../workspace/index.js';

/** What the checks know of a base image. */
export interface BaseFacts {
  name: string;
  /** Paths of all programs in it that can run scripts; null if they are not known. */
  interpreters: readonly string[] | null;
  /** Why its manifest cannot be used; null if it can. */
  fault: string | null;
}

/** Reads what the manifest of a base says. A flavor with several images has the programs of all of them. */
export async function readBaseFacts(workspace: Workspace, name: string): Promise<BaseFacts> {
  try {
    const { images } = await readFlavor(workspace, name);
    const lists = images.map(({ interpreters }) => interpreters ?? null);
    const known = lists.every((list) => list !== null) ? lists.flat() : null;
    return { name, interpreters: known && [...new Set(known)], fault: null };
  } catch (error) {
    if (!(error instanceof CollabError)) throw error;
    return {
      name,
      interpreters: null,
      fault: [error.what, ...(error.why ?? '').split('\n')].join(' ').trim(),
    };
  }
}

/** Major and minor version of Python. */
export type PythonVersion = readonly [number, number];

/** The version of a base's python3; null if it is not known. */
export function pythonOf(base: BaseFacts | null): PythonVersion | null {
  const versions = (base?.interpreters ?? []).flatMap((path) => {
    const [, major, minor] = /\/python(3)\.(\d+)$/.exec(path) ?? [];
    return major === undefined || minor === undefined ? [] : [[Number(major), Number(minor)] as const];
  });
  return versions[0] ?? null;
}
