import { basename, extname } from 'node:path';
import type { ListedProgram } from './program-list.js';
import { programsInShell } from './used-in-shell.js';
import { importsIn, usesInTypeScript, type Uses } from './used-in-typescript.js';

/** The group that a file belongs to; null if it serves several groups. */
export function groupOf(path: string): string | null {
  const tier = /^tests\/(integration|e2e|long)\//.exec(path)?.[1];
  if (tier !== undefined) return tier;
  if (path.endsWith('.test.ts') || path.startsWith('src/')) return 'unit';
  return path.startsWith('bench/') ? 'bench' : null;
}

/** The system programs and Python modules that a file uses. */
export function usesOf(path: string, text: string): Uses {
  switch (extname(path)) {
    case '.ts':
    case '.mjs':
      return usesInTypeScript(text);
    case '.sh':
      return { programs: programsInShell(text), modules: [] };
    case '.py':
      return {
        programs: [...text.matchAll(/['"]\/usr\/s?bin\/([\w.+-]+)['"]/g)].map(([, name = '']) => name),
        modules: importsIn(text),
      };
    default:
      return { programs: [], modules: [] };
  }
}

export interface Known {
  list: readonly ListedProgram[];
  /** Python's standard modules and those of this repository. */
  modules: ReadonlySet<string>;
  /** Functions of scripts that other scripts source. */
  functions: ReadonlySet<string>;
  /**
   * Names that a file mentions but does not use on this machine, with the reason, by file name.
   */
  except: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What a file uses that is not listed, or not for the file's group: one sentence each. */
export function unlisted(path: string, text: string, { list, modules, functions, except }: Known): string[] {
  const group = groupOf(path);
  const mayName = except[basename(path)] ?? {};
  const used = usesOf(path, text);
  const faults = (kind: ListedProgram['kind'], names: readonly string[]) =>
    names.flatMap((name) => {
      const found = list.find((listed) => listed.name === name);
      if (found === undefined) return [`${path}: ${kind} ${name} is not in scripts/programs.tsv`];
      if (group === null || found.groups.some((one) => one === group || one === 'any')) return [];
      return [`${path}: ${kind} ${name} is not listed for the group ${group}`];
    });
  const programs = used.programs.filter((name) => !functions.has(name) && mayName[name] === undefined);
  return [
    ...faults('program', programs),
    ...faults(
      'python',
      used.modules.filter((name) => !modules.has(name) && mayName[name] === undefined),
    ),
  ];
}

/** The modules that a repository's Python files define. */
export function ownModules(paths: readonly string[]): string[] {
  return paths
    .filter((path) => path.endsWith('.py'))
    .flatMap((path) => [basename(path, '.py'), basename(path.replace(/\/[^/]*$/, ''))]);
}
