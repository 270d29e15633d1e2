import { posix } from 'node:path';
import { contentOf, type TarFile } from '../archives/index.js';

/** What to install with pip: requirements and a requirements file. Paths are relative to the experiment's folder. */
export interface PipNeeds {
  pip: readonly string[];
  requirements: string | null;
}

/**
 * The files of an experiment that installing its requirements needs: the requirements file and those that it names
 * (`-r`, `-c`), wheels and archives, and folders with a project or with wheels (`.`, `./package`, `--find-links
 * wheels`). Only these, so that a change of code does not reinstall everything.
 */
export async function requirementFiles(needs: PipNeeds, files: readonly TarFile[]): Promise<TarFile[]> {
  const wanted = new Set<TarFile>();
  const take = (path: string): void => {
    const name = posix.normalize(path).replace(/\/$/, '');
    for (const file of files) {
      const inside = name === '.' || file.name === name || file.name.startsWith(`${name}/`);
      if (inside) wanted.add(file);
    }
  };
  const read = async (name: string, seen: readonly string[]): Promise<void> => {
    const file = files.find((one) => one.name === name);
    if (file === undefined || seen.includes(name)) return;
    wanted.add(file);
    const text = (await contentOf(file)).toString();
    const folder = posix.dirname(name);
    for (const named of namedIn(text)) {
      // pip takes `-r` and `-c` from the folder of the file, packages from where it runs, `-f` from either.
      if (named.kind === 'requirements') await read(posix.join(folder, named.path), [...seen, name]);
      else for (const path of [named.path, posix.join(folder, named.path)]) take(path);
    }
  };
  if (needs.requirements !== null) await read(posix.normalize(needs.requirements), []);
  for (const one of needs.pip) for (const { path } of namedIn(one)) take(path);
  return files.filter((file) => wanted.has(file));
}

export interface NamedPath {
  kind: 'requirements' | 'package';
  path: string;
}

/** Local files and folders that a requirements file may refer to. */
export function namedIn(text: string): NamedPath[] {
  const lines = text.replace(/\\\r?\n/g, ' ').split(/\r?\n/);
  return lines.flatMap((raw) => {
    const line = raw.replace(/(^|\s)#.*$/, '').trim();
    const option =
      /^(-r|--requirement|-c|--constraint|-e|--editable|-f|--find-links)(?:\s*=\s*|\s*)(\S+)/.exec(line);
    if (option !== null) {
      const [, name = '', value = ''] = option;
      const kind = /^-(r|c|-requirement|-constraint)$/.test(name) ? 'requirements' : 'package';
      return pathOf(kind, value);
    }
    if (line.startsWith('-')) return [];
    const [word = ''] = line.split(/\s*;\s|\s+--/);
    const direct = /^[\w.-]+\s*(?:\[[^\]]*\])?\s*@\s*(\S+)/.exec(word)?.[1];
    if (direct !== undefined) return pathOf('package', direct);
    return /[/\\]|^\.|\.(whl|zip|tar\.gz|tgz|tar\.bz2)(\[|$)/i.test(word) ? pathOf('package', word) : [];
  });
}

function pathOf(kind: NamedPath['kind'], word: string): NamedPath[] {
  const plain = word
    .replace(/^file:(?:\/\/(?:localhost)?)?/, '')
    .replace(/\[[^\]]*\]$/, '')
    .replace(/#.*$/, '');
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(plain) || plain === '' || posix.isAbsolute(plain)) return [];
  const path = posix.normalize(plain);
  return path === '..' || path.startsWith('../') ? [] : [{ kind, path }];
}
