import { posix } from 'node:path';
import { valueAt } from './faults.js';
import { parseFirstLine } from './program-file.js';
import type { RoleCheckContext } from './role-checks.js';

/** The Python files of the experiment that a role starts or names in its command or its meter. */
export function namedPythonFiles(role: object, context: RoleCheckContext): string[] {
  const named = ['command', 'meter'].flatMap((key) => {
    const command = valueAt(role, [key]);
    if (!Array.isArray(command)) return [];
    const words = command.map((word: unknown) => (typeof word === 'string' ? word : ''));
    return words.flatMap((word, index) => {
      const before = words[index - 1];
      if (before === '-c') return [];
      if (before === '-m') return moduleFiles(word, context.files);
      const file = posix.normalize(word);
      if (!context.files.includes(file)) return [];
      return file.endsWith('.py') || (index === 0 && startsPython(file, context)) ? [file] : [];
    });
  });
  return [...new Set(named)];
}

/** The files that `python3 -m name` runs first: those of the packages around it, and the module's own. */
function moduleFiles(name: string, files: readonly string[]): string[] {
  const steps = name.split('.');
  const packages = steps.map((_, at) => [...steps.slice(0, at + 1), '__init__.py'].join('/'));
  const path = steps.join('/');
  return [...packages, `${path}.py`, `${path}/__main__.py`].filter((file) => files.includes(file));
}

function startsPython(file: string, { programFile }: RoleCheckContext): boolean {
  const interpreter = parseFirstLine(programFile(file)?.head ?? '')?.interpreter ?? '';
  return posix.basename(interpreter).startsWith('python');
}
