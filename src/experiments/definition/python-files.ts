import { posix } from 'node:path';
import { commandKeys } from './command-checks.js';
import { valueAt } from './faults.js';
import { parseFirstLine } from './program-file.js';
import type { RoleCheckContext } from './role-checks.js';

/** The Python files of the experiment that a role's commands or meter run with Python 3, or pass to it. */
export function namedPythonFiles(role: object, context: RoleCheckContext): string[] {
  const named = commandKeys.flatMap((key) => {
    const command = valueAt(role, [key]);
    if (!Array.isArray(command)) return [];
    const words = command.map((word: unknown) => (typeof word === 'string' ? word : ''));
    return words.flatMap((word, index) => {
      const before = words[index - 1];
      if (before === '-c') return [];
      const byPython = words.slice(0, index).some((one) => isPython3(posix.basename(one)));
      if (before === '-m') return byPython ? moduleFiles(word, context.files) : [];
      const file = posix.normalize(word);
      if (!context.files.includes(file)) return [];
      return (byPython && file.endsWith('.py')) || (index === 0 && startsPython(file, context)) ? [file] : [];
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
  return isPython3(posix.basename(interpreter));
}

/** Itself, or a launcher of it. Other programs, Python 2 among them, read a file with this ending by other rules. */
function isPython3(name: string): boolean {
  return /^(python(3[\d.]*)?|torchrun|accelerate|deepspeed)$/.test(name);
}
