import { realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseYaml, readFileIfThere, type Workspace } from '../../workspace/index.js';
import { valueAt } from './faults.js';

/** Experiments of a workspace that cannot be told apart, because several folders have one name. */
export interface SharedName {
  name: string;
  /** Relative to the workspace, with `TestCases/`; at least two. */
  folders: string[];
}

/**
 * The names that several experiments of a workspace have. A file that cannot be read has no name.
 * @param also the folder of an experiment that may lie elsewhere
 */
export async function sharedNames(workspace: Workspace, also?: string): Promise<SharedName[]> {
  const all = (await workspace.experiments()).map((name) => join(workspace.testCases, name));
  const real = new Map<string, string>();
  for (const folder of also === undefined ? all : [...all, also]) {
    const path = await realpath(folder).catch(() => folder);
    if (!real.has(path)) real.set(path, folder);
  }
  const folders = [...real.values()];
  const names = await Promise.all(folders.map(nameIn));
  const byName = new Map<string, string[]>();
  for (const [index, folder] of folders.entries()) {
    const name = names[index] ?? null;
    if (name === null) continue;
    byName.set(name, [...(byName.get(name) ?? []), relative(workspace.root, folder)]);
  }
  return [...byName].flatMap(([name, those]) => (those.length > 1 ? [{ name, folders: those }] : []));
}

/** One sentence for each of them. */
export function sharedNameText({ name, folders }: SharedName): string {
  const all = `${folders.slice(0, -1).join(', ')} and ${folders.at(-1) ?? ''}`;
  return `${all} have the same name: ${name}. Their runs go to the same folder, Logs/${name}.`;
}

/** The `name:` of the experiment.yaml of a folder; null if it cannot be read, or has none. */
export async function nameIn(folder: string): Promise<string | null> {
  const text = await readFileIfThere(join(folder, 'experiment.yaml')).catch(() => null);
  if (text === null) return null;
  const name = valueAt((await parseYaml(text)).value, ['name']);
  return typeof name === 'string' ? name : null;
}
