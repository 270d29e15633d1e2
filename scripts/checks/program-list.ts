import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface ListedProgram {
  kind: 'program' | 'library' | 'python';
  name: string;
  /** The Debian package; null if the user must install the program. */
  package: string | null;
  groups: readonly string[];
}

export const programListFile = fileURLToPath(new URL('../programs.tsv', import.meta.url));

/** @throws Error naming the malformed or duplicate line */
export function parseProgramList(text: string): ListedProgram[] {
  const seen = new Set<string>();
  return text.split('\n').flatMap((line, index) => {
    if (line === '' || line.startsWith('#')) return [];
    const [kind, name, debianPackage, groups, ...more] = line.split('\t');
    const isKind = kind === 'program' || kind === 'library' || kind === 'python';
    if (!isKind || !name || !debianPackage || !groups || more.length > 0)
      throw new Error(`programs.tsv:${index + 1}: expected kind, name, package and groups: ${line}`);
    if (seen.has(`${kind} ${name}`))
      throw new Error(`programs.tsv:${index + 1}: ${kind} ${name} is listed twice`);
    seen.add(`${kind} ${name}`);
    return [{ kind, name, package: debianPackage === '-' ? null : debianPackage, groups: groups.split(',') }];
  });
}

export function programList(): ListedProgram[] {
  return parseProgramList(readFileSync(programListFile, 'utf8'));
}
