import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type BaseFacts, pythonOf } from './base-facts.js';
import { valueAt } from './faults.js';
import type { FolderContent } from './folder.js';
import { readProgramFile } from './program-file.js';
import { namedPythonFiles } from './python-files.js';
import type { PythonFile } from './python-syntax.js';
import type { RoleCheckContext } from './role-checks.js';

/** The base images of a workspace. */
export interface KnownBases {
  /** Names of the base images that exist. */
  flavors: readonly string[];
  /** Reads what is known of one of them. Without it nothing is, and no program is missed. */
  readBase?: (flavor: string) => Promise<BaseFacts>;
}

/** What the checks of roles need to know beyond experiment.yaml, whose raw value may have any form. */
export async function checkContext(
  folder: string,
  raw: unknown,
  { files, leftOut }: Pick<FolderContent, 'files' | 'leftOut'>,
  { flavors, readBase, dataFrom = folder }: KnownBases & { dataFrom?: string | undefined },
): Promise<RoleCheckContext> {
  const named = rolesOf(raw).map(baseName);
  const known = new Map<unknown, BaseFacts>();
  for (const name of flavors.filter((one) => named.includes(one))) {
    if (readBase !== undefined) known.set(name, await readBase(name));
  }
  return {
    files,
    leftOut,
    flavors,
    baseOf: (role) => known.get(baseName(role)) ?? null,
    kindOf: (path) => kindAt(resolve(dataFrom, path)),
    programFile: (path) => readProgramFile(resolve(folder, path)),
    mentions: (text) =>
      files.some((path) => path.endsWith('.py') && textOf(resolve(folder, path)).includes(text)),
  };
}

/** The Python files that the roles name, with the Python that will run each: that of the base, or this machine's. */
export function namedFiles(raw: unknown, context: RoleCheckContext, here: boolean): PythonFile[] {
  return rolesOf(raw).flatMap((role) => {
    const target = here ? 'here' : pythonOf(context.baseOf(role));
    return namedPythonFiles(role, context).map((file) => ({ file, base: String(baseName(role)), target }));
  });
}

function rolesOf(raw: unknown): object[] {
  const roles = valueAt(raw, ['roles']);
  return typeof roles === 'object' && roles !== null
    ? Object.values(roles).filter((role): role is object => typeof role === 'object' && role !== null)
    : [];
}

const baseName = (role: object): unknown => valueAt(role, ['base']) ?? 'python';

/** Empty for a file that cannot be read. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function kindAt(path: string): 'folder' | 'file' | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? null : found.isDirectory() ? 'folder' : 'file';
}
